import { rmSync } from "node:fs";
import type { Host } from "../host/host.ts";
import { blobSizes, listKeys } from "./cacheUsage.ts";
import { digestOfFile } from "./digest.ts";
import { manifestPath, readManifest } from "./manifest.ts";
import { blobPath, storePaths } from "./storePaths.ts";

/**
 * Reads every blob of the store and removes those that are not what their name says, with the keys that stand on
 * them; the next build makes them again.
 * @returns names (sha256, hex) of the damaged blobs.
 */
export async function verifyCache(host: Host, signal = new AbortController().signal): Promise<string[]> {
  const paths = storePaths(host.cacheDir);
  const damaged: string[] = [];
  for (const [blob] of blobSizes(paths.blobs)) {
    const path = blobPath(paths, blob);
    const sum = await digestOfFile(path, signal).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    });
    if (!sum || sum.sha256 === blob) continue;
    rmSync(path, { force: true });
    damaged.push(blob);
  }
  const there = new Map(blobSizes(paths.blobs));
  for (const { key } of listKeys(paths.keys)) {
    const layers = readManifest(paths, key)?.layers ?? [];
    const whole =
      layers.length > 0 && layers.every(each => there.get(each.digest.slice("sha256:".length)) === each.size);
    if (!whole) rmSync(manifestPath(paths, key), { force: true });
  }
  return damaged;
}
