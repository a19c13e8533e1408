import { sortByPath } from "../../tree/order.ts";
import type { Tree, TreeEntry } from "../../tree/tree.ts";
import type { PresentPath } from "./captureHead.ts";

/** Which names belong to one file, after the command and in the tree below. */
export interface LinkGroups {
  /** All names, sorted, of the file at `path`, itself among them. */
  namesOf(path: string): readonly string[];
  /**
   * Whether these names, all of one file now, may stay as they are below: they were names of one file there, and no
   * other file has taken a part of its names along.
   */
  unchanged(names: readonly string[]): boolean;
}

export function linkGroups(present: ReadonlyMap<string, PresentPath>, tree: Tree): LinkGroups {
  const now = new Map<string, string[]>();
  for (const [path, { inode }] of present) {
    if (inode === undefined) continue;
    const names = now.get(inode);
    if (names) names.push(path);
    else now.set(inode, [path]);
  }
  for (const names of now.values()) sortByPath(names, name => name);
  const namesOf = (path: string): readonly string[] => {
    const inode = present.get(path)?.inode;
    return (inode === undefined ? undefined : now.get(inode)) ?? [path];
  };
  const below = belowNames(tree);
  return {
    namesOf,
    unchanged(names) {
      const [first = ""] = names;
      const file = firstName(tree.get(first));
      if (file === undefined || names.some(name => firstName(tree.get(name)) !== file)) return false;
      // Of several files that were one, the first keeps what is there; the others have to be told apart from it.
      const left = below.get(file)?.find(name => present.get(name)?.type === "f");
      return left === undefined || names.includes(left);
    },
  };
}

/** Names of one file in the tree share this. */
function firstName(entry: TreeEntry | undefined): string | undefined {
  return entry?.type === "file" ? (entry.hardLink ?? entry.path) : undefined;
}

/** The sorted names of each file that has several in the tree, by the first. */
function belowNames(tree: Tree): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const entry of tree.entries) {
    if (entry.type !== "file" || entry.hardLink === undefined) continue;
    const names = groups.get(entry.hardLink);
    if (names) names.push(entry.path);
    else groups.set(entry.hardLink, [entry.hardLink, entry.path]);
  }
  return groups;
}
