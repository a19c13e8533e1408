import { Failure } from "../failure.ts";

/** What went wrong with one mirror. */
export interface MirrorProblem {
  /** Absent when apt speaks of something else than a file it fetched. */
  readonly url: string | undefined;
  readonly why: string;
}

const summaries = /^Some index files failed to download|^Unable to fetch some archives|^Failed to fetch some/;

/** Finds in apt's words what it could not get and why; the same problem is told once. */
export function mirrorProblems(lines: readonly string[]): MirrorProblem[] {
  const found = new Map<string, MirrorProblem>();
  for (const line of lines) {
    const text = /^[EW]: (.*)$/.exec(line.trim())?.[1];
    if (text === undefined || summaries.test(text)) continue;
    const fetched = /^Failed to fetch (\S+)\s+(.*)$/.exec(text);
    const why = plain(fetched?.[2] ?? text);
    found.set(why, { url: fetched?.[1], why });
  }
  return [...found.values()];
}

/**
 * A Failure `packages-unreachable` that names the mirror and the reason.
 * @param what begins the sentence: "The package lists could not be fetched".
 */
export function mirrorFailure(
  what: string,
  problems: readonly MirrorProblem[],
  advice: string = ofHost,
): Failure {
  const first = problems.find(each => each.url !== undefined) ?? problems[0];
  const from = first?.url === undefined ? "" : ` from ${originOf(first.url)}`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more problems)` : "";
  const why = first ? `: ${first.why}${more}` : ": no mirror of this system has them.";
  return new Failure("packages-unreachable", `${what}${from}${why}`, { advice });
}

const proxies =
  "Check the network and the proxy (http_proxy, or Acquire::http::Proxy in /etc/apt/apt.conf.d)";
const ofHost =
  `${proxies} and build again. The mirrors are those in /etc/apt/sources.list and sources.list.d; ` +
  "`sudo apt-get update` tries the same ones.";

/** What to do when the mirrors of one recipe fail. */
export const ofRecipe = `Check the names under \`suite\` and \`mirrors\`. ${proxies} and build again.`;

/** A Failure `packages-untrusted`: the signature of a mirror's lists does not fit the keyring. */
export function untrustedFailure({ why }: MirrorProblem): Failure {
  return new Failure("packages-untrusted", `The package lists cannot be trusted: ${why}`, {
    advice:
      "Name the keyring that the mirror is signed with under `keyring`; Debian's own is in the package " +
      "debian-archive-keyring, Ubuntu's in ubuntu-keyring.",
  });
}

// Addresses behind a name change from call to call and help nobody.
function plain(text: string): string {
  return text
    .replace(/\s*\[IP: [^\]]*\]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

function originOf(url: string): string {
  const origin = /^([a-z0-9+.-]+:\/\/[^/]+)\//i.exec(url)?.[1] ?? url;
  // Some mirrors want a password, which is nobody else's business.
  return origin.replace(/\/\/[^/@]*@/, "//");
}
