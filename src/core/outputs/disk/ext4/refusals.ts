import { Failure } from "../../../failure.ts";
import { nameOf } from "../../../tree/path.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { fileIdentity } from "../../layerBlobs.ts";
import { canBeQuoted } from "./debugfs.ts";
import { xattrsOf } from "./xattrs.ts";

const mostNames = 65_000;
const reservedInodes = 11;

/**
 * Looks for what ext4, or the tools that write it, cannot hold.
 * @returns the number of inodes that the tree needs, those that ext4 keeps for itself included
 * @throws Failure `disk-entry` or `disk-xattr`, naming the entry.
 */
export function countInodes(tree: Tree): number {
  let inodes = reservedInodes;
  const names = new Map<string, number>();
  for (const entry of tree.entries) {
    checkEntry(entry);
    if (entry.path === "lost+found") continue;
    const known = entry.type === "file" ? countName(entry, fileIdentity(entry), names) : 1;
    if (known === 1) inodes++;
  }
  return inodes;
}

function checkEntry(entry: TreeEntry): void {
  xattrsOf(entry);
  if (entry.path === "lost+found" && entry.type !== "directory") {
    throw refused(entry, "the name is reserved for the folder where e2fsck puts what it finds");
  }
  const isNode = entry.type === "char" || entry.type === "block" || entry.type === "fifo";
  if (isNode && !canBeQuoted(nameOf(entry.path))) {
    throw refused(entry, "debugfs takes no line break in the name of a device or fifo");
  }
}

function countName(entry: TreeEntry, identity: string, names: Map<string, number>): number {
  const count = (names.get(identity) ?? 0) + 1;
  names.set(identity, count);
  if (count > mostNames) throw refused(entry, `its file has more than ${mostNames} names`);
  return count;
}

function refused(entry: TreeEntry, why: string): Failure {
  return new Failure("disk-entry", `/${entry.path} cannot be written to ext4: ${why}.`, {
    advice: "Remove or rename it in the recipe.",
  });
}
