import { closest, distance } from "fastest-levenshtein";
import { plainPath, splitPattern } from "./globs.ts";
import type { Tree } from "./tree.ts";

/** One sentence for a pattern that matches nothing: how far it leads, and what may have been meant. */
export function nearestPathAdvice(tree: Tree, pattern: string): string {
  const { folder, glob } = splitPattern(plainPath(pattern));
  let reached = "";
  for (const name of folder.split("/").filter(Boolean)) {
    const next = tree.resolve(reached === "" ? name : `${reached}/${name}`);
    if (next?.type !== "directory") return missing(tree, reached, name);
    reached = next.path;
  }
  return `/${reached} exists, but nothing in it matches ${glob === "" ? pattern : glob}.`;
}

function missing(tree: Tree, folder: string, name: string): string {
  const names = tree.children(folder).map(entry => entry.path.slice(folder === "" ? 0 : folder.length + 1));
  const near = names.length > 0 ? closest(name, names) : undefined;
  const prefix = folder === "" ? "" : `/${folder}`;
  if (near !== undefined && distance(name, near) <= Math.max(2, name.length / 2))
    return `The nearest existing path is ${prefix}/${near}.`;
  return `The nearest existing path is ${prefix === "" ? "/" : prefix}.`;
}
