import { distance } from "fastest-levenshtein";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import type { AptArea, ListSnapshot } from "./aptArea.ts";
import { existing, findPackage, packageNames, packageVersions } from "./findPackage.ts";
import type { ResolveOptions } from "./resolvePackage.ts";

/**
 * A Failure `package-unknown` that says what there is instead.
 * @param outdated why newer lists could not be had, when that was tried.
 */
export async function unknownPackage(
  host: Host,
  area: AptArea,
  lists: ListSnapshot,
  { package: wanted, signal }: ResolveOptions,
  outdated: Failure | undefined,
): Promise<Failure> {
  const [name = wanted, version] = wanted.split("=");
  const doubt = outdated ? ` The lists may be old: ${outdated.message}` : "";
  const exists = version === undefined ? undefined : await findPackage(host, area, lists, name, signal);
  if (exists) {
    const versions = await packageVersions(host, area, lists, name, signal);
    return new Failure("package-unknown", `The mirrors do not have ${name} in version ${version}.${doubt}`, {
      advice: `There: ${versions.join(", ")}. Without \`=VERSION\` the newest is taken.`,
    });
  }
  const alike = nearestNames(name, await packageNames(host, area, lists, signal), 8);
  const near = (await existing(host, area, lists, alike, signal)).slice(0, 3);
  const what = `The mirrors of this system have no package ${name} for ${area.arch}.${doubt}`;
  const advice = near.length
    ? `Did you mean ${joinOr(near)}?`
    : `Search by a part of the name: apt-cache pkgnames ${name.slice(0, 4)}`;
  return new Failure("package-unknown", what, { advice });
}

/** The names most like `word`, most likely first: few letters away, or the same words with some more. */
export function nearestNames(word: string, names: readonly string[], count: number): string[] {
  const limit = Math.max(2, Math.floor(word.length / 4));
  const words = word.split("-").filter(each => each !== "");
  const scored: { name: string; cost: number }[] = [];
  for (const name of names) {
    const parts = new Set(name.split("-"));
    const longer = name.startsWith(word) || (words.length > 1 && words.every(each => parts.has(each)));
    // Counting letters is worth it only for names of about the same length.
    const alike = Math.abs(name.length - word.length) <= limit;
    const apart = alike ? distance(word, name) : Number.POSITIVE_INFINITY;
    const cost = longer ? Math.min(apart, 1 + (name.length - word.length) / 8) : apart;
    if (longer || cost <= limit) scored.push({ name, cost });
  }
  scored.sort((a, b) => a.cost - b.cost || (a.name < b.name ? -1 : 1));
  return scored.slice(0, count).map(each => each.name);
}

function joinOr(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}
