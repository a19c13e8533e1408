import { nameOf, parentOf } from "../../tree/path.ts";
import type { Tree } from "../../tree/tree.ts";

/** Finds the tree's entry for a path as a package database spells it; gives its position, or undefined. */
export type FindEntry = (path: string) => number | undefined;

const mergedFolder = /^(?:bin|sbin|lib(?:32|64|x32)?)(?=\/)/;

/**
 * Links above the last name are followed as the tree has them: dpkg lists /bin/ls where the file is /usr/bin/ls. The
 * link itself may have been removed meanwhile.
 */
export function entryFinder(tree: Tree): FindEntry {
  const positions = new Map(tree.entries.map((entry, at) => [entry.path, at]));
  const folders = new Map<string, string | undefined>();
  const realFolder = (path: string): string | undefined => {
    if (path === "") return "";
    if (folders.has(path)) return folders.get(path);
    const found =
      tree.resolve(path) ?? (mergedFolder.test(`${path}/`) ? tree.resolve(`usr/${path}`) : undefined);
    const real = found?.type === "directory" ? found.path : undefined;
    folders.set(path, real);
    return real;
  };
  return raw => {
    const path = raw.endsWith("/") ? raw.slice(0, -1) : raw;
    const folder = realFolder(parentOf(path));
    if (folder === undefined) return undefined;
    return positions.get(folder === "" ? path : `${folder}/${nameOf(path)}`);
  };
}
