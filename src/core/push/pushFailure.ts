import { formatBytes } from "../../shared/bytes.ts";
import { Failure } from "../failure.ts";
import type { ImageReference } from "../stages/oci/reference.ts";
import { lastPart, registryFailure, withoutNames } from "../stages/oci/registryFailure.ts";
import { loginFiles, skopeoWords } from "../stages/oci/skopeo.ts";
import type { Asking } from "../stages/oci/unknownImage.ts";
import type { PushContent } from "./layoutFolder.ts";

interface Refusal {
  readonly said: RegExp;
  failure(to: ImageReference, words: string, content: PushContent, asking: Asking): Failure | undefined;
}

/** Said of any registry, whether something goes to it or comes from it: left to registryFailure(). */
const asForAll = () => undefined;

// In this order: the words of an earlier rule may stand beside those of a later one.
const rules: readonly Refusal[] = [
  { said: /toomanyrequests|too many requests|status(?: ?code)?:? 429/i, failure: asForAll },
  { said: /x509:|tls:|certificate|server gave HTTP response to HTTPS client/i, failure: asForAll },
  { said: /did not match|digest invalid|size invalid|blob size mismatch/i, failure: changed },
  { said: /\b413\b|entity too large|blob too large/i, failure: tooLarge },
  { said: /quota|storage limit|\b507\b/i, failure: noRoom },
  { said: /immutable|already exists|cannot be overwritten|\b409\b|\b412\b/i, failure: tagHeld },
  { said: /unauthorized|authentication required|denied|invalid username|\b40[13]\b/i, failure: unauthorized },
  { said: /name unknown|not found|\b404\b/i, failure: noRepository },
  { said: /\b405\b|\b501\b|unsupported|read-?only/i, failure: takesNone },
  { said: /manifest invalid|invalid manifest|\b400\b|\b415\b/i, failure: takesNoSuch },
  { said: /\b50[0-9]\b/, failure: failedItself },
  {
    said: /no such host|connection refused|no route|unreachable|proxyconnect|pinging container/i,
    failure: asForAll,
  },
  { said: /EOF|connection reset|broken pipe|timeout|timed out|use of closed/i, failure: brokeOff },
];

/** Turns what skopeo said during a push into a Failure that says what to do; other errors stay. */
export async function pushFailure(
  error: unknown,
  to: ImageReference,
  content: PushContent,
  asking: Asking,
): Promise<unknown> {
  const words = skopeoWords(error);
  if (words === undefined) return error;
  const told = withoutNames(words, to);
  const rule = rules.find(each => each.said.test(told));
  if (!rule) return failed(to, lastPart(words), undefined, error);
  return rule.failure(to, words, content, asking) ?? registryFailure(error, to, asking);
}

function changed(to: ImageReference): Failure {
  return failed(
    to,
    "a file changed while it was being sent",
    "Push again when nothing writes to it any more.",
  );
}

function tooLarge({ registry }: ImageReference, _words: string, { blobs }: PushContent): Failure {
  const largest = formatBytes(Math.max(0, ...blobs));
  return refused(
    `${registry} takes no files as large as those of this image: the largest has ${largest}.`,
    "Raise the limit of the registry or of the proxy before it (nginx: client_max_body_size 0), or make the image smaller.",
  );
}

function noRoom({ registry }: ImageReference, words: string): Failure {
  return refused(
    `${registry} has no more room for ${lastPart(words)}.`,
    "Remove old images there, or ask for more room.",
  );
}

function tagHeld({ registry, repository, tag }: ImageReference): Failure {
  return refused(
    `${registry} has the tag ${tag} of ${repository} already and does not let it be replaced.`,
    "Push under another tag.",
  );
}

function unauthorized(
  { registry, repository }: ImageReference,
  words: string,
  _: PushContent,
  { host }: Asking,
) {
  const said = /denied: (.+)$/.exec(words)?.[1];
  const message = `${registry} does not let you push to ${repository}${said === undefined ? "" : `: ${said}`}.`;
  return new Failure("push-unauthorized", message, {
    advice:
      `Log in with \`docker login ${registry}\` or \`skopeo login ${registry}\`, with a login that may write there. ` +
      `Logins were looked for in ${loginFiles(host).join(", ")}.`,
  });
}

function noRepository({ registry, repository }: ImageReference): Failure {
  return refused(
    `${registry} has no repository ${repository}, and does not make one by itself.`,
    "Create it there first, or correct the name.",
  );
}

function takesNone({ registry }: ImageReference): Failure {
  return refused(
    `${registry} takes no images: it can only be read.`,
    "A mirror or cache of another registry is like that. Push to the registry behind it.",
  );
}

function takesNoSuch({ registry }: ImageReference, words: string): Failure {
  return refused(
    `${registry} does not take such an image: ${lastPart(words)}.`,
    "Registries from before 2020 often know neither OCI images nor files that are no container image.",
  );
}

function failedItself(to: ImageReference, words: string): Failure {
  const status = /\b50[0-9][^:]*$/.exec(words)?.[0] ?? lastPart(words);
  return failed(to, status, "The fault is the registry's own. Push again later.");
}

const pushAgain = "Push again: parts that have arrived whole are not sent again.";

function brokeOff({ registry, repository }: ImageReference): Failure {
  const message = `The push to ${registry}/${repository} was interrupted: the connection broke off.`;
  return new Failure("push-interrupted", message, { advice: pushAgain });
}

/** Failure for a registry that has gone quiet. */
export function silent(to: ImageReference, ms: number): Failure {
  return failed(to, `the registry has neither taken nor sent anything for ${ms / 1000} seconds`, pushAgain);
}

function refused(message: string, advice: string): Failure {
  return new Failure("push-refused", message, { advice });
}

function failed(
  { registry, repository }: ImageReference,
  why: string,
  advice?: string,
  cause?: unknown,
): Failure {
  return new Failure("push-failed", `The push to ${registry}/${repository} failed: ${why}.`, {
    advice,
    cause,
  });
}
