import type { Entry, FileEntry } from "./entry.ts";
import type { Layer } from "./layer.ts";
import type { TreeEntry } from "./tree.ts";

/** The names that one file has in one layer, and how many of them the tree still shows. */
export interface LinkGroup {
  live: number;
}

/** One place in a tree that is being stacked. */
export interface TreeNode {
  readonly name: string;
  /** The root is its own parent. */
  readonly parent: TreeNode;
  entry: Entry;
  layer: Layer;
  /** Index, in the stack, of the stage whose layer put it here. */
  stage: number;
  /** Index of that layer among all layers of the stack. */
  level: number;
  /** Only for a file with several names. */
  group: LinkGroup | undefined;
  /** Only for directories; absent while empty. */
  children: Map<string, TreeNode> | undefined;
  /** The finished entry, once the whole stack is known. */
  placed: TreeEntry | undefined;
}

/** Bytes of file content that come into and go out of the tree with one stage. */
export interface Effect {
  addedBytes: number;
  removedBytes: number;
}

/** The root directory; it has no entry of its own in the tree. */
export function createRoot(): TreeNode {
  const entry: Entry = { type: "directory", path: "", mode: 0o755, uid: 0, gid: 0, mtime: 0 };
  const layer: Layer = { digest: "", bytes: 0, blob: "", index: { entries: [], whiteouts: [], opaque: [] } };
  const root: Omit<TreeNode, "parent"> & { parent?: TreeNode } = {
    ...{ name: "", entry, layer, stage: -1, level: -1 },
    ...{ group: undefined, children: undefined, placed: undefined },
  };
  return Object.assign(root, { parent: root as TreeNode });
}

/** Calls `visit` for a node and everything under it. */
export function visitSubtree(node: TreeNode, visit: (node: TreeNode) => void): void {
  visit(node);
  if (node.children) for (const child of node.children.values()) visitSubtree(child, visit);
}

/** Adds a file's bytes to what its layer brought, once for all its names. */
export function countAdded(file: FileEntry, group: LinkGroup | undefined, effect: Effect): void {
  if (group && group.live++ > 0) return;
  effect.addedBytes += file.size;
}

/** Takes a node and everything under it out of the tree and counts what is gone for good. */
export function removeNode(node: TreeNode, stage: number, effect: Effect): void {
  removeBelow(node, stage, effect);
  countRemoved(node, stage, effect);
  node.parent.children?.delete(node.name);
}

/** Takes everything under a directory out of the tree. */
export function removeBelow(node: TreeNode, stage: number, effect: Effect): void {
  if (!node.children) return;
  for (const child of node.children.values()) visitSubtree(child, gone => countRemoved(gone, stage, effect));
  node.children = undefined;
}

function countRemoved(node: TreeNode, stage: number, effect: Effect): void {
  if (node.entry.type !== "file") return;
  if (node.group && --node.group.live > 0) return;
  // What a stage brings and replaces itself was never in the tree.
  if (node.stage === stage) effect.addedBytes -= node.entry.size;
  else effect.removedBytes += node.entry.size;
}
