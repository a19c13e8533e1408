import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { fileArtifact, readManifest } from "./manifest.ts";
import { storePaths } from "./storePaths.ts";

export interface CachePart {
  /** For people, e.g. `layers`. */
  readonly name: string;
  readonly bytes: number;
  readonly files: number;
}

export interface CacheUsage {
  readonly totalBytes: number;
  readonly parts: readonly CachePart[];
}

/** What the cache holds: layers, derived files, blobs nobody refers to, downloads, package lists, the helper VM and the rest. */
export function cacheUsage(host: Host): Promise<CacheUsage> {
  const paths = storePaths(host.cacheDir);
  const left = new Map(blobSizes(paths.blobs));
  const take = (wanted: (artifact: string) => boolean): number[] =>
    listKeys(paths.keys).flatMap(({ key }) => {
      const manifest = readManifest(paths, key);
      if (!manifest || !wanted(manifest.artifactType)) return [];
      return manifest.layers.flatMap(({ digest }) => {
        const size = left.get(digest.slice("sha256:".length));
        left.delete(digest.slice("sha256:".length));
        return size ?? [];
      });
    });
  const layers = part(
    "layers",
    take(artifact => artifact !== fileArtifact),
  );
  const derived = part(
    "derived files",
    take(() => true),
  );
  const unused = part("unused", [...left.values()]);
  const downloads = part(
    "downloads",
    filesBelow(paths.downloads).map(each => each.bytes),
  );
  const lists = part(
    "package lists",
    filesBelow(paths.packageLists).map(each => each.bytes),
  );
  const helper = part(
    "helper VM",
    filesBelow(paths.helper).map(each => each.bytes),
  );
  const working = part(
    "running builds",
    filesBelow(paths.temp).map(each => each.bytes),
  );
  const memory = part(
    "hashes and keys",
    [...filesBelow(paths.hashes), ...filesBelow(paths.keys)].map(each => each.bytes),
  );
  const parts = [layers, derived, unused, downloads, lists, helper, working, memory];
  return Promise.resolve({ totalBytes: parts.reduce((sum, each) => sum + each.bytes, 0), parts });
}

/** sha256 (hex) and size of every blob. */
export function blobSizes(folder: string): [string, number][] {
  return entries(folder).flatMap(name => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return found ? [[name, found.size] satisfies [string, number]] : [];
  });
}

/** Every key with when it was last used; ms since 1970. */
export function listKeys(folder: string): { key: string; usedAt: number }[] {
  return entries(folder).flatMap(name => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return found && name.endsWith(".json") ? [{ key: name.slice(0, -5), usedAt: found.mtimeMs }] : [];
  });
}

function part(name: string, sizes: readonly number[]): CachePart {
  return { name, bytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length };
}

export interface CachedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** As far as the file system tells; ms since 1970. */
  readonly usedAt: number;
}

/** Every regular file in a folder and below; none when there is no such folder. */
export function filesBelow(folder: string): CachedFile[] {
  return entries(folder, true).flatMap(name => {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) return [];
    return [{ path, bytes: found.size, usedAt: Math.max(found.atimeMs, found.mtimeMs) }];
  });
}

function entries(folder: string, recursive = false): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: "utf8" });
  } catch {
    return [];
  }
}
