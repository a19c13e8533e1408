import { followPath } from "./followLinks.ts";
import { comparePaths } from "./order.ts";
import type { LayerEffect, Tree, TreeEntry } from "./tree.ts";
import type { LinkGroup, TreeNode } from "./treeNode.ts";

/** The finished tree under `root`. */
export function treeOf(root: TreeNode, effects: readonly LayerEffect[]): Tree {
  const entries: TreeEntry[] = [];
  collect(root, "", entries, new Map());
  let byPath: Map<string, TreeEntry> | undefined;
  const get = (path: string) => {
    byPath ??= new Map(entries.map(entry => [entry.path, entry]));
    return byPath.get(path);
  };
  return {
    entries,
    effects,
    get,
    resolve(path) {
      const followed = followPath(root, path);
      return typeof followed === "object" && "found" in followed ? followed.found.placed : undefined;
    },
    children(path) {
      const node = path === "" ? root : nodeAt(root, path);
      const nodes = [...(node?.children?.values() ?? [])];
      nodes.sort((a, b) => comparePaths(a.name, b.name));
      return nodes.flatMap(child => child.placed ?? []);
    },
  };
}

function nodeAt(root: TreeNode, path: string): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const name of path.split("/")) node = node?.children?.get(name);
  return node;
}

/** Appends everything under `folder` in byte order of the whole paths. */
function collect(
  folder: TreeNode,
  prefix: string,
  into: TreeEntry[],
  firstNames: Map<LinkGroup, string>,
): void {
  if (!folder.children) return;
  // `a-b` comes between `a` and `a/c`: what is under a directory sorts as if its name ended in a slash.
  const keys: string[] = [];
  for (const [name, child] of folder.children) {
    keys.push(name);
    if (child.children) keys.push(`${name}/`);
  }
  keys.sort(comparePaths);
  for (const key of keys) {
    const below = key.endsWith("/");
    const child = folder.children.get(below ? key.slice(0, -1) : key);
    if (!child) continue;
    if (below) collect(child, `${prefix}${key}`, into, firstNames);
    else into.push(finish(child, `${prefix}${key}`, firstNames));
  }
}

/** Gives a node its final entry; the lowest name left of a file becomes its first. */
function finish(node: TreeNode, path: string, firstNames: Map<LinkGroup, string>): TreeEntry {
  const { entry, layer, stage } = node;
  const placed: TreeEntry = { ...entry, path, layer, stage };
  if (placed.type === "file" && node.group) {
    const { hardLink: _, ...file } = placed;
    const first = firstNames.get(node.group);
    if (first === undefined) firstNames.set(node.group, path);
    node.placed = first === undefined ? file : { ...file, hardLink: first };
  } else {
    node.placed = placed;
  }
  return node.placed;
}
