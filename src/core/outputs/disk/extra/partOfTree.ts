import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { fileIdentity } from "../../layerBlobs.ts";
import type { Extra } from "./planExtras.ts";

/** The folder whose partition a path lies on, without a leading slash; "" for the root. */
function homeOf(path: string, folders: readonly string[]): string {
  return folders.find(folder => path.startsWith(`${folder}/`)) ?? "";
}

/**
 * What of the tree goes onto the partition for `folder` ("": onto the root). Where other partitions take folders
 * below it, the folders themselves stay, empty. No hard link leads out of it: the first name that stays is the file.
 */
export function partOfTree(tree: Tree, folder: string, extras: readonly Pick<Extra, "from">[]): Tree {
  const folders = extras
    .flatMap(({ from }) => (from === undefined ? [] : [from]))
    .sort((a, b) => b.length - a.length);
  if (folders.length === 0) return tree;
  const cut = folder === "" ? 0 : folder.length + 1;
  const firstNames = new Map<string, string>();
  const entries = tree.entries
    .filter(({ path }) => homeOf(path, folders) === folder)
    .map((entry): TreeEntry => {
      const path = entry.path.slice(cut);
      if (entry.type !== "file") return { ...entry, path };
      const { hardLink: _, ...file } = entry;
      const first = firstNames.get(fileIdentity(entry));
      if (first === undefined) firstNames.set(fileIdentity(entry), path);
      return { ...file, path, ...(first !== undefined && { hardLink: first }) };
    });
  return withEntries(tree, entries);
}

/** The tree with other entries; to be asked for these alone, as the writers of file systems do. */
export function withEntries(tree: Tree, entries: readonly TreeEntry[]): Tree {
  const byPath = new Map(entries.map(entry => [entry.path, entry]));
  return { ...tree, entries, get: path => byPath.get(path) };
}
