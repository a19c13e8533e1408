import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { blobSizes, type CachedFile, cacheUsage, filesBelow, listKeys } from "./cacheUsage.ts";
import { hexOf, manifestPath, readManifest } from "./manifest.ts";
import { removeFolder } from "./removeFolder.ts";
import { blobPath, defaultCacheBytes, type StorePaths, storePaths, usedKeysFile } from "./storePaths.ts";
import { listTempFolders, sweepTempFolders } from "./tempFolder.ts";

// Somebody may be between looking at an entry and opening it.
const graceMs = 10 * 60 * 1000;

export interface PruneOptions {
  /** Size of layers, derived files and downloads to shrink to; bytes. Default 20 GiB. */
  readonly maxBytes?: number | undefined;
}

/**
 * Removes downloads, then layers and derived files, those used least recently first, until the rest fits. Never
 * those that a running build works with or that were used within the last ten minutes.
 * @returns bytes freed.
 */
export function pruneCache(host: Host, options: PruneOptions = {}): Promise<number> {
  return Promise.resolve(prune(storePaths(host.cacheDir), options.maxBytes ?? defaultCacheBytes, graceMs));
}

/**
 * Empties the cache, but for what running builds work with.
 * @returns bytes freed.
 */
export async function clearCache(host: Host): Promise<number> {
  const before = (await cacheUsage(host)).totalBytes;
  const paths = storePaths(host.cacheDir);
  await sweepTempFolders(paths.temp);
  prune(paths, 0, 0);
  await removeFolder(paths.hashes);
  if (liveBuilds(paths).length === 0) {
    await removeFolder(paths.downloads);
    await removeFolder(paths.packageLists);
    await removeFolder(paths.helper);
  }
  return before - (await cacheUsage(host)).totalBytes;
}

function prune(paths: StorePaths, maxBytes: number, ageMs: number): number {
  const now = Date.now();
  const used = keysInUse(paths);
  const sizes = new Map(blobSizes(paths.blobs));
  const holders = countHolders(paths);
  const downloaded = ageMs > 0 ? downloadsByAge(paths) : [];
  let total = [...sizes.values(), ...downloaded.map(each => each.bytes)].reduce((sum, size) => sum + size, 0);
  const before = total;
  const drop = (blob: string): void => {
    const path = blobPath(paths, blob);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found || (ageMs > 0 && now - found.mtimeMs < ageMs)) return;
    rmSync(path, { force: true });
    total -= sizes.get(blob) ?? 0;
  };
  // Blobs of builds that were killed before the manifest came; a running build may be just there.
  const anyBuild = used.size > 0 || liveBuilds(paths).length > 0;
  for (const blob of sizes.keys()) if (!holders.has(blob) && (ageMs > 0 || !anyBuild)) drop(blob);
  const young = (usedAt: number): boolean => ageMs > 0 && now - usedAt < ageMs;
  // A download only serves to make its layer again: those go first.
  for (const { path, bytes, usedAt } of downloaded) {
    if (total <= maxBytes) break;
    if (young(usedAt)) continue;
    rmSync(path, { force: true });
    total -= bytes;
  }
  for (const { key, usedAt } of listKeys(paths.keys).sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= maxBytes) break;
    if (used.has(key) || young(usedAt)) continue;
    const blobs = blobsOf(paths, key);
    // The manifest goes first: a key never stands for blobs that are gone.
    rmSync(manifestPath(paths, key), { force: true });
    for (const blob of blobs) {
      const left = (holders.get(blob) ?? 1) - 1;
      holders.set(blob, left);
      if (left === 0) drop(blob);
    }
  }
  return before - total;
}

// A running build may be about to open what it downloaded.
function downloadsByAge(paths: StorePaths): CachedFile[] {
  if (liveBuilds(paths).length > 0) return [];
  const files = filesBelow(paths.downloads).filter(each => !each.path.includes(".lock"));
  return files.sort((a, b) => a.usedAt - b.usedAt);
}

function blobsOf(paths: StorePaths, key: string): string[] {
  return [...new Set(readManifest(paths, key)?.layers.map(hexOf) ?? [])];
}

function countHolders(paths: StorePaths): Map<string, number> {
  const holders = new Map<string, number>();
  for (const { key } of listKeys(paths.keys)) {
    for (const blob of blobsOf(paths, key)) holders.set(blob, (holders.get(blob) ?? 0) + 1);
  }
  return holders;
}

function liveBuilds(paths: StorePaths): string[] {
  return listTempFolders(paths.temp).flatMap(({ path, alive }) => (alive === false ? [] : path));
}

function keysInUse(paths: StorePaths): Set<string> {
  return new Set(liveBuilds(paths).flatMap(folder => readKeys(join(folder, usedKeysFile))));
}

function readKeys(file: string): string[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as string[];
  } catch {
    return [];
  }
}
