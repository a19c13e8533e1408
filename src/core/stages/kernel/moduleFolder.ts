import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { noModules, otherRelease } from "./moduleFailures.ts";

/** The modules of one release. */
export interface ModuleFolder {
  /** Absolute. */
  readonly folder: string;
  readonly release: string;
}

/**
 * Finds lib/modules/RELEASE in a folder that a person pointed to: the folder itself, its parent, or the root above.
 * @throws Failure `modules-missing`, `modules-other-release`.
 */
export async function findModuleFolder(path: string, release: string | undefined): Promise<ModuleFolder> {
  if (await holdsModules(path)) {
    const own = basename(path);
    // A copy of the folder may be called anything; what looks like a release is taken at its word.
    const says = /^\d+\.\d+/.test(own) ? own : undefined;
    if (release !== undefined && says !== undefined && says !== release)
      throw otherRelease(path, release, [says]);
    const found = release ?? says;
    if (found !== undefined) return { folder: path, release: found };
  }
  const all = new Map<string, string>();
  for (const parent of [path, join(path, "lib", "modules"), join(path, "usr", "lib", "modules")]) {
    for (const name of await foldersIn(parent)) {
      const folder = join(parent, name);
      if (await holdsModules(folder)) all.set(name, folder);
    }
  }
  const releases = [...all.keys()];
  const found = release ?? (releases.length === 1 ? releases[0] : undefined);
  const folder = found === undefined ? undefined : all.get(found);
  if (found !== undefined && folder !== undefined) return { folder, release: found };
  throw releases.length === 0 ? noModules(path) : otherRelease(path, release, releases);
}

/** The files in a module folder, as paths inside it, sorted; links (to where it was compiled) are left out. */
export async function* moduleFiles(folder: string, below = ""): AsyncGenerator<string> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* moduleFiles(folder, name);
    else if (entry.isFile()) yield name;
  }
}

async function holdsModules(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some(name => name === "kernel" || name === "modules.order" || name === "modules.dep");
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
}
