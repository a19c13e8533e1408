import { withoutConflicts } from "./conflicts.ts";
import type { PackageDatabase } from "./database.ts";
import { type Dependency, isLiteral, provides, readDependency, satisfies } from "./dependency.ts";
import type { SyncPackage } from "./package.ts";
import { Unresolved } from "./unresolved.ts";

/** A package that is to be installed. */
export interface ChosenPackage {
  readonly package: SyncPackage;
  /** Index, among what was wanted, of what asked for it itself; undefined when only other packages need it. */
  readonly wanted: number | undefined;
}

/**
 * Everything an empty system needs to get the wanted packages, by the rules of `pacman -S --noconfirm`: a package of
 * the name from the first repository that has one, else the first that provides it, else the members of a group; of
 * those who provide a dependency, one that comes anyway, else the first by repository and name.
 * @param wanted names, `NAME=VERSION`, or groups.
 * @throws Unresolved `package-unknown` (its advice is left to the caller), `packages-conflict`.
 */
export function closureOf(wanted: readonly string[], databases: readonly PackageDatabase[]): ChosenPackage[] {
  const asked = askedFor(wanted, databases);
  const chosen: SyncPackage[] = [];
  const names = new Set<string>();
  const explicit = [...asked.keys()];
  for (const [each, index] of asked) {
    const add = (added: SyncPackage, needers: readonly SyncPackage[]): void => {
      if (names.has(added.name)) return;
      names.add(added.name);
      chosen.push(added);
      for (const text of added.depends) {
        const dependency = readDependency(text);
        if (satisfies(added, dependency) || chosen.some(other => satisfies(other, dependency))) continue;
        const provider =
          explicit.find(other => satisfies(other, dependency)) ?? providerOf(dependency, databases, names);
        if (!provider) throw unresolvable(index, text, [...needers, added]);
        add(provider, [...needers, added]);
      }
    };
    add(each, []);
  }
  const kept = withoutConflicts(chosen, each => asked.get(each) ?? 0);
  checkComplete(kept);
  return kept.map(each => ({ package: each, wanted: asked.get(each) }));
}

/** A package that gave way to another may have been the only one that met a need to the letter. */
function checkComplete(kept: readonly SyncPackage[]): void {
  for (const each of kept) {
    for (const text of each.depends) {
      const dependency = readDependency(text);
      if (!kept.some(other => satisfies(other, dependency))) throw unresolvable(0, text, [each]);
    }
  }
}

/** Each package that was asked for itself, with the index of the first wish it came from. */
function askedFor(
  wanted: readonly string[],
  databases: readonly PackageDatabase[],
): Map<SyncPackage, number> {
  const asked = new Map<SyncPackage, number>();
  const byName = new Map<string, SyncPackage>();
  wanted.forEach((text, index) => {
    const found = providerOf(readDependency(text), databases);
    const all = found ? [found] : membersOf(text, databases);
    if (all.length === 0) throw unknown(index, text, databases);
    for (const each of all) {
      const same = byName.get(each.name);
      if (same && same !== each) throw twoOfOneName(index, text, same, each);
      if (!same) asked.set(each, index);
      byName.set(each.name, each);
    }
  });
  return asked;
}

function providerOf(
  wanted: Dependency,
  databases: readonly PackageDatabase[],
  excluded?: ReadonlySet<string>,
): SyncPackage | undefined {
  for (const { byName } of databases) {
    const found = byName.get(wanted.name);
    if (found && isLiteral(found, wanted) && !excluded?.has(found.name)) return found;
  }
  for (const { byProvision } of databases) {
    const found = byProvision
      .get(wanted.name)
      ?.find(each => each.name !== wanted.name && provides(each, wanted) && !excluded?.has(each.name));
    if (found) return found;
  }
  return undefined;
}

function membersOf(group: string, databases: readonly PackageDatabase[]): SyncPackage[] {
  const members = new Map<string, SyncPackage>();
  for (const { packages } of databases) {
    for (const each of packages) {
      if (each.groups.includes(group) && !members.has(each.name)) members.set(each.name, each);
    }
  }
  return [...members.values()];
}

function unknown(index: number, text: string, databases: readonly PackageDatabase[]): Unresolved {
  const { name, version } = readDependency(text);
  const where = databases.map(each => each.repository).join(", ");
  const found = databases.flatMap(({ byName }) => byName.get(name) ?? []);
  const at = { wanted: index, missing: true };
  if (version !== undefined && found.length > 0) {
    const there = found.map(each => `${each.version} in ${each.repository}`).join(", ");
    const advice = `There: ${there}. Mirrors keep only the newest version; \`snapshot\` asks for those of an earlier day.`;
    return new Unresolved(at, "package-unknown", `No repository has ${name} in version ${version}.`, advice);
  }
  const message = `There is no package or group ${name} in ${where}, and none that provides it.`;
  return new Unresolved(at, "package-unknown", message);
}

/** pacman calls this a duplicate target. */
function twoOfOneName(index: number, text: string, first: SyncPackage, second: SyncPackage): Unresolved {
  return new Unresolved(
    { wanted: index, missing: false },
    "packages-conflict",
    `${text} stands for ${second.name} ${second.version}, but ${first.name} ${first.version}, another package of that name, is wanted already.`,
    `Leave out ${text === second.name ? "one of the two" : text}, or name another package that provides it.`,
  );
}

function unresolvable(index: number, text: string, needers: readonly SyncPackage[]): Unresolved {
  const [needer, ...above] = needers.toReversed();
  const because = above.length > 0 ? ` (which ${above.map(each => each.name).join(", for ")} needs)` : "";
  return new Unresolved(
    { wanted: index, missing: true },
    "packages-conflict",
    `${needer?.name ?? ""} ${needer?.version ?? ""}${because} needs ${text}, which no repository has.`,
    "Add the repository that has it, or take all repositories from the same mirror and day.",
  );
}
