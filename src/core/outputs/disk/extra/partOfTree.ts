import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import type { Extra } from "./planExtras.ts";

/** The folder whose partition a path lies on, without a leading slash; "" for the root. */
function homeOf(path: string, folders: readonly string[]): string {
  return folders.find(folder => path.startsWith(`${folder}/`)) ?? "";
}

/**
 * What of the tree goes onto the partition for `folder` ("": onto the root). Where other partitions take folders
 * below it, the folders themselves stay, empty.
 */
export function partOfTree(tree: Tree, folder: string, extras: readonly Extra[]): Tree {
  const folders = extras
    .flatMap(({ from }) => (from === undefined ? [] : [from]))
    .sort((a, b) => b.length - a.length);
  const cut = folder === "" ? 0 : folder.length + 1;
  const entries = tree.entries
    .filter(({ path }) => homeOf(path, folders) === folder)
    .map((entry): TreeEntry => (cut === 0 ? entry : { ...entry, path: entry.path.slice(cut) }));
  const byPath = new Map(entries.map(entry => [entry.path, entry]));
  return { ...tree, entries, get: path => byPath.get(path) };
}
