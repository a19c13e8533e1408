import type { EntryType } from "../../tree/entry.ts";
import type { Layer } from "../../tree/layer.ts";
import type { Tree } from "../../tree/tree.ts";

/** A place in the tree that a program gets which unpacks one layer over the other, and follows no link. */
interface PlainNode {
  readonly type: EntryType;
  readonly children: Map<string, PlainNode>;
}

/**
 * Looks whether layers, unpacked one over the other by any container tool, give the same tree as here. Here what lies
 * under a link of a lower layer lands where the link leads; tools differ in that.
 * @returns the first path that could become something else; undefined when all is the same
 */
export function firstDifference(layers: readonly Layer[], tree: Tree): string | undefined {
  const root: PlainNode = { type: "directory", children: new Map() };
  for (const layer of layers) {
    const different = unpack(root, layer);
    if (different !== undefined) return different;
  }
  let found = 0;
  for (const { path, type } of tree.entries) {
    if (at(root, path.split("/"))?.type !== type) return path;
    found++;
  }
  return found === count(root) ? undefined : "";
}

function unpack(root: PlainNode, { index }: Layer): string | undefined {
  const removed = new Set(index.whiteouts);
  for (const path of [...index.whiteouts, ...index.opaque]) {
    const names = path.split("/");
    const folder = walk(root, names.slice(0, -1));
    if (folder === "blocked") return path;
    const name = names.at(-1) ?? "";
    if (removed.has(path)) folder?.children.delete(name);
    else folder?.children.get(name)?.children.clear();
  }
  for (const { path, type } of index.entries) {
    const names = path.split("/");
    // A tool may come to the mark after the entry, and remove both.
    if (names.some((_, end) => removed.has(names.slice(0, end + 1).join("/")))) return path;
    const folder = walk(root, names.slice(0, -1), true);
    const name = names.at(-1) ?? "";
    if (folder === "blocked" || !folder) return path;
    const present = folder.children.get(name);
    if (type === "directory" && present?.type === "directory") continue;
    if (type === "directory" && present?.type === "symlink") return path;
    folder.children.set(name, { type, children: new Map() });
  }
  return undefined;
}

/** The folder there; undefined when there is none, "blocked" when the way leads over something else. */
function walk(root: PlainNode, names: readonly string[], make = false): PlainNode | "blocked" | undefined {
  let node = root;
  for (const name of names) {
    let child = node.children.get(name);
    if (!child) {
      if (!make) return undefined;
      child = { type: "directory", children: new Map() };
      node.children.set(name, child);
    }
    if (child.type !== "directory") return "blocked";
    node = child;
  }
  return node;
}

function at(root: PlainNode, names: readonly string[]): PlainNode | undefined {
  let node: PlainNode | undefined = root;
  for (const name of names) node = node?.children.get(name);
  return node;
}

function count(node: PlainNode): number {
  let sum = 0;
  for (const child of node.children.values()) sum += 1 + count(child);
  return sum;
}
