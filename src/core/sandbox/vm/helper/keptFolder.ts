import { existsSync } from "node:fs";
import { mkdir, readdir, rename, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { digestOf } from "../../../build/digest.ts";
import { acquireLock } from "../../../build/lock.ts";
import { removeFolder } from "../../../build/removeFolder.ts";
import { storePaths } from "../../../build/storePaths.ts";
import { makeTempFolder } from "../../../build/tempFolder.ts";
import type { Host } from "../../../host/host.ts";
import type { Json } from "../../../stages/stage.ts";
import type { HelperRequest } from "./helperSystem.ts";
import type { HelperWork } from "./kernelTree.ts";

/** How long a folder that nobody uses stays after a newer one was made. */
const unusedMs = 14 * 24 * 60 * 60 * 1000;

/**
 * A folder in the cache that appears complete, made once however many want it.
 * @param facts all that decides its content.
 * @returns absolute path.
 */
export async function keptFolder(
  host: Host,
  what: string,
  facts: Json,
  { arch, signal, log }: HelperRequest,
  make: (folder: string, work: HelperWork) => Promise<void>,
): Promise<string> {
  const folder = join(storePaths(host.cacheDir).helper, `${what}-${digestOf(facts).slice(0, 24)}`);
  if (await isThere(folder)) return folder;
  const onWait = (pid: number) => log?.(`waiting for process ${pid}, which makes the helper VM's ${what}`);
  await mkdir(dirname(folder), { recursive: true });
  const lock = await acquireLock(`${folder}.lock`, { signal, onWait });
  const temp = makeTempFolder(storePaths(host.cacheDir).temp);
  try {
    if (existsSync(folder)) return folder;
    const made = await temp.folder();
    await make(made, { host, arch, temp, signal, log });
    signal.throwIfAborted();
    await rename(made, folder);
    await removeUnused(dirname(folder), folder);
    return folder;
  } finally {
    await temp.remove();
    lock.release();
  }
}

async function isThere(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  const now = new Date();
  // Says when it was last used; in a cache that others share it may not be ours to touch.
  await utimes(folder, now, now).catch(() => {});
  return true;
}

/** Whoever runs a guest has its files open: they stay readable for that guest. */
async function removeUnused(parent: string, fresh: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = join(parent, name);
    const found = await stat(folder).catch(() => undefined);
    if (folder === fresh || !found?.isDirectory() || Date.now() - found.mtimeMs < unusedMs) continue;
    await removeFolder(folder);
  }
}
