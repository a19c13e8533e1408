import type { LayerWriter } from "./layer.ts";
import { parentOf } from "./path.ts";
import type { Tree } from "./tree.ts";

/**
 * Writes the whiteouts that take entries out of a tree, one for a whole folder where everything in it goes. Folders
 * that hold something that stays are spared.
 * @param doomed one per entry of the tree, in its order: 1 = goes; is changed for spared folders
 * @returns how many entries go
 */
export function takeAway(tree: Tree, doomed: Uint8Array, layer: LayerWriter): number {
  spareFolders(tree, doomed);
  const gone = new Set<string>();
  let count = 0;
  for (const [at, entry] of tree.entries.entries()) {
    if (doomed[at] !== 1) continue;
    count++;
    if (!gone.has(parentOf(entry.path))) layer.whiteout(entry.path);
    if (entry.type === "directory") gone.add(entry.path);
  }
  return count;
}

function spareFolders(tree: Tree, doomed: Uint8Array): void {
  const needed = new Set<string>();
  // From the end: what is in a folder comes before the folder.
  for (let at = tree.entries.length - 1; at >= 0; at--) {
    const entry = tree.entries[at];
    if (!entry || (doomed[at] === 1 && !needed.has(entry.path))) continue;
    doomed[at] = 0;
    needed.add(parentOf(entry.path));
  }
}
