import { distance } from "fastest-levenshtein";
import { plainPath, splitPattern } from "./globs.ts";
import type { Tree } from "./tree.ts";

const shownNames = 12;

/** A sentence or two for a pattern that matches nothing: how far it leads, and what may have been meant. */
export function nearestPathAdvice(tree: Tree, pattern: string): string {
  const { folder, glob } = splitPattern(plainPath(pattern));
  let reached = "";
  for (const name of folder.split("/").filter(Boolean)) {
    const next = tree.resolve(reached === "" ? name : `${reached}/${name}`);
    if (!next) return missing(tree, reached, name);
    if (next.type !== "directory") return `/${next.path} is a ${next.type}: nothing lies below it.`;
    reached = next.path;
  }
  return `/${reached} exists, but nothing in it matches ${glob === "" ? pattern : glob}.`;
}

function missing(tree: Tree, folder: string, name: string): string {
  const names = tree.children(folder).map(entry => entry.path.slice(folder === "" ? 0 : folder.length + 1));
  const near = (other: string): number => distance(name, other);
  names.sort((a, b) => near(a) - near(b) || (a < b ? -1 : 1));
  const [nearest] = names;
  const prefix = folder === "" ? "" : `/${folder}`;
  const lacking = `There is no ${prefix}/${name}`;
  const where = folder === "" ? "the tree" : prefix;
  if (nearest === undefined) return `${lacking}: ${where} is empty.`;
  if (near(nearest) <= Math.max(2, name.length / 2)) return `${lacking}. Did you mean ${prefix}/${nearest}?`;
  const more = names.length > shownNames ? ", …" : "";
  return `${lacking}; ${where} has ${names.slice(0, shownNames).join(", ")}${more}.`;
}
