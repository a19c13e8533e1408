import type { EntryType } from "../../../tree/entry.ts";
import { nameOf, parentOf } from "../../../tree/path.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { fileIdentity } from "../../layerBlobs.ts";
import { rootFolder } from "./format.ts";

/** A name that leads to an inode. */
export interface InodeName {
  readonly parent: bigint;
  /** Of the name in its folder: 2 is the first. */
  readonly index: number;
  readonly name: Buffer;
}

/** A name in a folder. */
export interface FolderName {
  readonly index: number;
  readonly name: Buffer;
  readonly number: bigint;
  readonly type: EntryType;
}

export interface Inode {
  readonly number: bigint;
  /** Undefined for the root. */
  readonly entry: TreeEntry | undefined;
  readonly names: InodeName[];
  /** What lies in it, for a folder. */
  readonly below: FolderName[];
}

const firstIndex = 2;

/** Gives each file of the tree a number, in the order of the tree; further names of a file share it. */
export function numberInodes(tree: Pick<Tree, "entries">): readonly Inode[] {
  const root: Inode = { number: rootFolder, entry: undefined, names: [], below: [] };
  const inodes = [root];
  const folders = new Map([["", root]]);
  const files = new Map<string, Inode>();
  for (const entry of tree.entries) {
    const parent = folders.get(parentOf(entry.path));
    if (!parent) throw new Error(`/${entry.path} lies in no folder.`);
    const identity = entry.type === "file" ? fileIdentity(entry) : undefined;
    let inode = identity === undefined ? undefined : files.get(identity);
    if (!inode) {
      inode = { number: rootFolder + BigInt(inodes.length), entry, names: [], below: [] };
      inodes.push(inode);
      if (identity !== undefined) files.set(identity, inode);
      if (entry.type === "directory") folders.set(entry.path, inode);
    }
    const name = Buffer.from(nameOf(entry.path));
    const index = firstIndex + parent.below.length;
    parent.below.push({ index, name, number: inode.number, type: entry.type });
    inode.names.push({ parent: parent.number, index, name });
  }
  return inodes;
}
