import type { TreeNode } from "./treeNode.ts";

const maxLinks = 40;

export type Followed =
  | { readonly found: TreeNode }
  /** Everything up to `parent` exists; of `names`, not even the first does. */
  | { readonly missing: readonly string[]; readonly parent: TreeNode }
  /** A file stands in the way, or links go round in circles. */
  | "blocked";

/**
 * Walks from directory `from` along `path` and follows every link on the way, as a system would whose root is
 * this tree: an absolute target starts at the root, and `..` never leads above it.
 * @param onLink called with each link before it is followed; may throw.
 */
export function followPath(from: TreeNode, path: string, onLink?: (link: TreeNode) => void): Followed {
  let node = path.startsWith("/") ? rootOf(from) : from;
  const names = path.split("/").reverse();
  let links = 0;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === "" || name === ".") continue;
    if (node.entry.type !== "directory") return "blocked";
    if (name === "..") {
      node = node.parent;
      continue;
    }
    const child = node.children?.get(name);
    if (!child) return { missing: [name, ...names.reverse()], parent: node };
    if (child.entry.type !== "symlink") {
      node = child;
      continue;
    }
    if (++links > maxLinks) return "blocked";
    onLink?.(child);
    const target = child.entry.target;
    if (target.startsWith("/")) node = rootOf(node);
    names.push(...target.split("/").reverse());
  }
  return { found: node };
}

function rootOf(node: TreeNode): TreeNode {
  let root = node;
  while (root.parent !== root) root = root.parent;
  return root;
}
