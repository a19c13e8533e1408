import type { StorePaths } from "./storePaths.ts";
import { sweepLocks } from "./sweepLocks.ts";
import { sweepTempFolders } from "./tempFolder.ts";

/** Removes from the cache what killed builds left: temporary folders and locks. */
export async function sweep(paths: StorePaths): Promise<void> {
  await sweepTempFolders(paths.temp);
  sweepLocks(paths.locks);
  sweepLocks(paths.downloads);
}
