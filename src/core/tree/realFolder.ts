import type { Tree } from "./tree.ts";

const maxLinks = 40;

/**
 * The folder of the tree that a path leads to when links are followed ("" = the root), or undefined.
 * @param passed gets the path of every link on the way
 */
export function realFolder(tree: Tree, path: string, passed: Set<string>): string | undefined {
  const names = path.split("/").reverse();
  let at: string[] = [];
  let links = 0;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at.pop();
      continue;
    }
    const entry = tree.get([...at, name].join("/"));
    if (entry?.type === "directory") {
      at.push(name);
    } else if (entry?.type === "symlink" && ++links <= maxLinks) {
      passed.add(entry.path);
      if (entry.target.startsWith("/")) at = [];
      names.push(...entry.target.split("/").reverse());
    } else {
      return undefined;
    }
  }
  return at.join("/");
}
