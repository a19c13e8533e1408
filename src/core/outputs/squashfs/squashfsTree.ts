import type { Tree, TreeEntry } from "../../tree/tree.ts";

const spaces = ["user.", "trusted.", "security."];
const latest = 2 ** 32 - 1;

/** A tree as a squashfs can hold it. */
export interface SquashfsTree {
  readonly tree: Pick<Tree, "entries">;
  /** What was left out, in words; a warning each. */
  readonly losses: readonly string[];
}

/** A squashfs has 32 unsigned bits for a time, and no access control lists. */
export function squashfsTree({ entries }: Tree): SquashfsTree {
  const lists: string[] = [];
  const times: string[] = [];
  const fitted = entries.map((entry): TreeEntry => {
    const mtime = Math.min(Math.max(entry.mtime, 0), latest);
    if (mtime !== entry.mtime) times.push(entry.path);
    const named = Object.entries(entry.xattrs ?? {});
    const kept = named.filter(([name]) => spaces.some(space => name.startsWith(space)));
    if (kept.length < named.length) lists.push(entry.path);
    if (mtime === entry.mtime && kept.length === named.length) return entry;
    return { ...entry, mtime, xattrs: kept.length === 0 ? undefined : Object.fromEntries(kept) };
  });
  const losses = [
    ...lossOf(lists, "A squashfs holds no access control lists; left out"),
    ...lossOf(times, "A squashfs holds no times before 1970 or after 2106; changed"),
  ];
  return { tree: { entries: fitted }, losses };
}

function lossOf(paths: readonly string[], what: string): string[] {
  const [first] = paths;
  if (first === undefined) return [];
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : "";
  return [`${what}: /${first}${more}.`];
}
