import { Failure } from "../../failure.ts";
import { type ImageReference, referenceText } from "./reference.ts";
import { loginFiles, skopeoWords } from "./skopeo.ts";
import { type Asking, unknownImage } from "./unknownImage.ts";

interface Rule {
  readonly said: RegExp;
  failure(reference: ImageReference, words: string, asking: Asking): Failure | Promise<Failure>;
}

// In this order: the words of an earlier rule may stand beside those of a later one.
const rules: readonly Rule[] = [
  { said: /toomanyrequests|too many requests|status(?: code)?:? 429/i, failure: tooMany },
  { said: /x509:|tls:|certificate|server gave HTTP response to HTTPS client/i, failure: untrusted },
  {
    said: /digest did not match|does not match|unexpected digest|blob size mismatch/i,
    failure: damaged,
  },
  { said: /blob unknown|reading blob .*(?:404|not found)|fetching blob.*404/i, failure: blobMissing },
  { said: /unauthorized|authentication required|denied|invalid username|\b40[13]\b/i, failure: unauthorized },
  { said: /manifest unknown|name unknown|not found|\b404\b/i, failure: unknownImage },
  {
    said: /no such host|connection refused|timeout|timed out|unreachable|no route|connection reset|EOF|pinging container registry|proxyconnect|\b50[0-9]\b/i,
    failure: unreachable,
  },
];

/** Turns what skopeo said about an image of a registry into a Failure that says what to do; other errors stay. */
export async function registryFailure(
  error: unknown,
  reference: ImageReference,
  asking: Asking,
): Promise<unknown> {
  const words = skopeoWords(error);
  if (words === undefined) return error;
  const told = withoutNames(words, reference);
  const rule = rules.find(each => each.said.test(told));
  if (rule) return rule.failure(reference, words, asking);
  return new Failure("oci-failed", `${referenceText(reference)} could not be fetched: ${words}`, {
    cause: error,
  });
}

/** The words without what the person wrote: a repository may well be called `timeout`, a tag `404`. */
export function withoutNames(words: string, { registry, repository, tag }: ImageReference): string {
  const tags = tag === undefined ? [] : [`manifest ${tag} `, `:${tag}`];
  const plain = words.replace(/"[^"]*"/g, "").replace(/[0-9a-f]{64}/g, "");
  const untagged = tags.reduce((text, name) => text.replaceAll(name, ""), plain);
  return [repository, registry].reduce((text, name) => text.replaceAll(wholeName(name), ""), untagged);
}

/** A repository may be called `a`, which is a letter of every other word as well. */
function wholeName(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w.-])${literal}(?![\\w-])`, "g");
}

function tooMany(reference: ImageReference): Failure {
  const message = `${reference.registry} has had too many requests from here and gives no more for a while.`;
  return new Failure("oci-unreachable", message, {
    advice: `Wait, or log in to get more: docker login ${reference.registry}`,
  });
}

function untrusted({ registry }: ImageReference, words: string): Failure {
  const plain = words.includes("server gave HTTP response");
  const why = plain ? "it speaks plain http" : lastPart(words);
  return new Failure("oci-untrusted", `The registry ${registry} cannot be trusted: ${why}.`, {
    advice: plain
      ? "Plain http is taken from this machine only. Put the registry behind https."
      : `If it has a certificate authority of its own, put its certificate into /etc/docker/certs.d/${registry}/ca.crt ` +
        `or ~/.config/containers/certs.d/${registry}/ca.crt.`,
  });
}

function damaged(reference: ImageReference, words: string): Failure {
  return new Failure("oci-damaged", `${referenceText(reference)} came damaged: ${lastPart(words)}.`, {
    advice: "What came was not used. Build again; if it happens again, the registry's own copy is damaged.",
  });
}

function blobMissing(reference: ImageReference): Failure {
  const message = `The registry has the manifest of ${referenceText(reference)}, but no longer all of its layers.`;
  return new Failure("oci-damaged", message, {
    advice: "The image was removed or pushed in part. Push it again, or ask for another tag.",
  });
}

function unauthorized({ registry, repository }: ImageReference, _words: string, { host }: Asking): Failure {
  const message = `${registry} does not let ${repository} be read: it needs a login, or there is no such image.`;
  const files = loginFiles(host).join(", ");
  return new Failure("oci-unauthorized", message, {
    advice: `Log in with \`docker login ${registry}\` or \`skopeo login ${registry}\`. Logins were looked for in ${files}.`,
  });
}

function unreachable({ registry }: ImageReference, words: string): Failure {
  return new Failure("oci-unreachable", `The registry ${registry} cannot be reached: ${lastPart(words)}.`, {
    advice: "Check the name, the network and the proxy (HTTPS_PROXY, NO_PROXY).",
  });
}

/** The end of Go's chain of errors, which is the part that tells. */
export function lastPart(words: string): string {
  const said = words.trim().replace(/\.$/, "");
  const answer = /(?:Get|Head) "[^"]*": (.*)$/.exec(said)?.[1];
  return (
    answer ??
    said
      .split(/: (?=\S)/)
      .slice(-2)
      .join(": ")
  );
}
