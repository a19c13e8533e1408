import type { Readable } from "node:stream";
import type { Tree, TreeEntry } from "../../tree/tree.ts";
import { treeTar } from "../../tree/writeTar.ts";

/**
 * The part of a tree that commands get as real files. Device nodes stay data: a user namespace cannot make any, and
 * the result must not depend on the sandbox.
 */
export function materialEntries(tree: Tree): readonly TreeEntry[] {
  return tree.entries.filter(entry => entry.type !== "char" && entry.type !== "block");
}

/** That part as a tar, for a tool's standard input. */
export function materialTar(tree: Tree, signal: AbortSignal): Readable {
  return treeTar({ ...tree, entries: materialEntries(tree) }, { signal });
}
