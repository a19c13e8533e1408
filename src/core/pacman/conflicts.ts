import { readDependency, satisfies } from "./dependency.ts";
import type { SyncPackage } from "./package.ts";
import { Unresolved } from "./unresolved.ts";

/**
 * Of two packages that exclude each other the one stays that provides the other, as in pacman.
 * @param wantedBy index of the wish a package came from, for the failure.
 * @throws Unresolved `packages-conflict` when neither does.
 */
export function withoutConflicts(
  packages: readonly SyncPackage[],
  wantedBy: (each: SyncPackage) => number,
): readonly SyncPackage[] {
  let kept = packages;
  for (const [one, two] of conflictsIn(packages)) {
    if (!kept.includes(one) || !kept.includes(two)) continue;
    const loser = satisfies(one, { name: two.name })
      ? two
      : satisfies(two, { name: one.name })
        ? one
        : undefined;
    if (!loser) throw conflict(one, two, wantedBy);
    kept = kept.filter(each => each !== loser);
  }
  return kept;
}

/** Pairs that exclude each other, each once, in the order in which pacman looks at them. */
function conflictsIn(packages: readonly SyncPackage[]): [SyncPackage, SyncPackage][] {
  const pairs: [SyncPackage, SyncPackage][] = [];
  for (const one of packages) {
    for (const text of one.conflicts) {
      const unwanted = readDependency(text);
      for (const two of packages) {
        if (two.name === one.name || !satisfies(two, unwanted)) continue;
        if (!pairs.some(([a, b]) => (a === one && b === two) || (a === two && b === one)))
          pairs.push([one, two]);
      }
    }
  }
  return pairs;
}

function conflict(one: SyncPackage, two: SyncPackage, wantedBy: (each: SyncPackage) => number): Unresolved {
  return new Unresolved(
    { wanted: Math.max(wantedBy(one), wantedBy(two)), missing: false },
    "packages-conflict",
    `${one.name} and ${two.name} cannot be installed together: one names the other as a conflict.`,
    "Ask for only one of them, or for another package that provides what needs it.",
  );
}
