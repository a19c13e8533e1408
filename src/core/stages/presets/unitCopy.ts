import { mkdir, readdir, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { readTreeFile } from "../../tree/readFile.ts";
import { realFolder } from "../../tree/realFolder.ts";
import type { Tree, TreeEntry } from "../../tree/tree.ts";
import { unitFolders } from "./units.ts";

const folders = unitFolders.flatMap(folder => [folder, folder.replace(/system$/, "system-preset")]);

/** Folders by their names, which a tree could make links that lead out of the copy. */
const folderName = /\.(?:wants|requires|upholds|d)$/;

/**
 * Copies a tree's unit and preset folders below `root`, as plain files of whoever builds, and the links that lead to
 * them. No link of the copy that a program may write through leads out of it.
 * @returns the path, in the copy and in the tree, of the folder that systemctl writes to.
 */
export async function copyUnits(tree: Tree, root: string): Promise<string> {
  const passed = new Set<string>();
  const real = new Set(folders.flatMap(folder => realFolder(tree, folder, passed) ?? []));
  const copied = new Set<string>();
  const copy = async (entry: TreeEntry): Promise<void> => {
    if (copied.has(entry.path)) return;
    copied.add(entry.path);
    const path = join(root, entry.path);
    const isFolder =
      entry.type === "directory" ||
      (entry.type === "symlink" &&
        (folderName.test(entry.path) || tree.resolve(entry.path)?.type === "directory"));
    await mkdir(isFolder ? path : dirname(path), { recursive: true });
    if (entry.type === "file") await writeFile(path, await readTreeFile(entry));
    if (entry.type === "symlink" && !isFolder) await symlink(entry.target, path);
  };
  for (const folder of real) {
    await mkdir(join(root, folder), { recursive: true });
    for (const entry of tree.entries) {
      if (!entry.path.startsWith(`${folder}/`)) continue;
      await copy(entry);
      // A unit may be a link to a file that lies elsewhere.
      const target = entry.type === "symlink" ? tree.resolve(entry.path) : undefined;
      if (target?.type === "file") await copy(target);
    }
  }
  for (const path of passed) await linkFolder(path, tree, root);
  const config = realFolder(tree, unitFolders[0], new Set()) ?? unitFolders[0];
  await mkdir(join(root, config), { recursive: true });
  return config;
}

/** The link to a folder, written so that it stays below `root` whoever follows it. */
async function linkFolder(path: string, tree: Tree, root: string): Promise<void> {
  const target = realFolder(tree, path, new Set());
  if (target === undefined) return;
  await mkdir(join(root, target), { recursive: true });
  await mkdir(dirname(join(root, path)), { recursive: true });
  await symlink(relative(dirname(join(root, path)), join(root, target)), join(root, path)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
}

/** Every link below a folder, with its target, and every folder, with "" for it; sorted. */
export async function linksIn(root: string, folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const look = async (path: string): Promise<void> => {
    const entries = await readdir(join(root, path), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = `${path}/${entry.name}`;
      if (entry.isSymbolicLink()) found.set(inside, await readlink(join(root, inside)));
      if (!entry.isDirectory()) continue;
      found.set(inside, "");
      await look(inside);
    }
  };
  await look(folder);
  return found;
}
