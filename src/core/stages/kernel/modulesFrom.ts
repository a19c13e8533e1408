import { stat } from "node:fs/promises";
import type { StageContext } from "../stage.ts";
import { noModules, otherRelease } from "./moduleFailures.ts";
import { findModuleFolder, moduleFiles } from "./moduleFolder.ts";
import { placeInModules } from "./modulePlace.ts";
import type { ModuleTree } from "./moduleTree.ts";

/**
 * Takes the modules of one kernel release from a folder or a tar.
 * @param release of the kernel; undefined: whichever the modules are for, if there is only one.
 * @returns the release.
 * @throws Failure `modules-missing`, `modules-other-release`; those of openArchive().
 */
export async function addModules(
  path: string,
  release: string | undefined,
  tree: ModuleTree,
  context: StageContext,
): Promise<string> {
  const found = await stat(path);
  return found.isDirectory()
    ? addFolder(path, release, tree, context.signal)
    : addArchive(path, release, tree, context);
}

async function addFolder(
  path: string,
  release: string | undefined,
  tree: ModuleTree,
  signal: AbortSignal,
): Promise<string> {
  const { folder, release: found } = await findModuleFolder(path, release);
  for await (const name of moduleFiles(folder)) {
    signal.throwIfAborted();
    await tree.addFile(`lib/modules/${found}/${name}`, `${folder}/${name}`);
  }
  return found;
}

async function addArchive(
  path: string,
  release: string | undefined,
  tree: ModuleTree,
  context: StageContext,
): Promise<string> {
  const { openArchive } = await import("../archive/open.ts");
  const { sourceBytes } = await import("../archive/source.ts");
  const others = new Set<string>();
  let only = release;
  let count = 0;
  for await (const member of openArchive(sourceBytes(path, context), context.host, context.signal)) {
    const place = placeInModules(member.name, release);
    if (!place || member.type === "directory") continue;
    only ??= place.release;
    if (place.release !== undefined && place.release !== only) {
      others.add(place.release);
      continue;
    }
    if (only === undefined) continue;
    count++;
    await tree.add(`lib/modules/${only}/${place.name}`, member);
  }
  if (only === undefined || (count === 0 && others.size === 0)) throw noModules(path);
  if (count === 0) throw otherRelease(path, release ?? only, [...others]);
  if (release === undefined && others.size > 0) throw otherRelease(path, undefined, [only, ...others]);
  return only;
}
