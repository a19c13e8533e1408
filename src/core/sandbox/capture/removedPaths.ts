import { parentOf } from "../../tree/path.ts";
import type { Tree } from "../../tree/tree.ts";
import type { PresentPath } from "./captureHead.ts";

/**
 * Paths of the tree that are gone, without those under a folder that is itself gone or something else now.
 * Device nodes were not there for the command: they go with their folder only.
 */
export function removedPaths(tree: Tree, present: ReadonlyMap<string, PresentPath>): readonly string[] {
  const removed: string[] = [];
  for (const { path, type } of tree.entries) {
    if (present.has(path) && present.get(path)?.type !== "s") continue;
    const folder = parentOf(path);
    if (folder !== "" && present.get(folder)?.type !== "d") continue;
    if (type !== "char" && type !== "block") removed.push(path);
  }
  return removed;
}
