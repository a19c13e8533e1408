import type { Layer } from "../../tree/layer.ts";
import type { Tree, TreeEntry } from "../../tree/tree.ts";

/**
 * Folders of the tree that no layer names: here they are 0755 and root's, but each tool that unpacks layers makes
 * missing folders in its own way. A layer that names them makes them the same everywhere.
 */
export function addedFolders(tree: Tree): readonly TreeEntry[] {
  const named = new Map<Layer, ReadonlySet<string>>();
  return tree.entries.filter(({ type, path, layer }) => {
    if (type !== "directory") return false;
    const folders = named.get(layer) ?? foldersOf(layer);
    named.set(layer, folders);
    return !folders.has(path);
  });
}

function foldersOf({ index }: Layer): ReadonlySet<string> {
  return new Set(index.entries.filter(each => each.type === "directory").map(each => each.path));
}
