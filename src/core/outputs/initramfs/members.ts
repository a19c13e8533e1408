import type { TreeEntry } from "../../tree/tree.ts";

/** A part of an initramfs that is compressed by itself. */
export interface MemberPlan {
  /** Index of the layer that all entries come from; undefined for the member of all directories. */
  readonly stage: number | undefined;
  readonly entries: readonly TreeEntry[];
}

/**
 * Splits a tree's entries: all directories first, so that each later member finds its parents, then one member per
 * layer, bottom first. After a change in one layer only that layer's member is compressed again.
 * @param carried false for what the initramfs leaves out
 */
export function splitIntoMembers(
  entries: readonly TreeEntry[],
  carried: (entry: TreeEntry) => boolean,
): readonly MemberPlan[] {
  const directories: TreeEntry[] = [];
  const byStage = new Map<number, TreeEntry[]>();
  for (const entry of entries) {
    if (!carried(entry)) continue;
    if (entry.type === "directory") {
      directories.push(entry);
      continue;
    }
    const own = byStage.get(entry.stage);
    if (own) own.push(entry);
    else byStage.set(entry.stage, [entry]);
  }
  const stages = [...byStage].sort(([a], [b]) => a - b);
  return [
    { stage: undefined, entries: directories },
    ...stages.map(([stage, own]) => ({ stage, entries: own })),
  ];
}
