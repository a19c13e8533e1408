import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GiB } from "../../shared/bytes.ts";

/** Where things lie in the cache folder. */
export interface StorePaths {
  /** OCI image layout. */
  readonly store: string;
  readonly blobs: string;
  /** One OCI manifest a key. */
  readonly keys: string;
  readonly locks: string;
  /** Temporary folders, one a running build; same file system as the store, so that results move by rename. */
  readonly temp: string;
  readonly downloads: string;
  /** Package lists of distributions. */
  readonly packageLists: string;
  /** Kernel and disks of the helper VM; those not used for two weeks go when newer ones are made. */
  readonly helper: string;
  readonly hashes: string;
}

/** How large the store may grow unless told otherwise; bytes. */
export const defaultCacheBytes = 20 * GiB;

/** Names, in a temporary folder, the keys that its build works with; pruning leaves them alone. */
export const usedKeysFile = "keys.json";

export function storePaths(cacheDir: string): StorePaths {
  const store = join(cacheDir, "store");
  return {
    store,
    blobs: join(store, "blobs", "sha256"),
    keys: join(store, "keys"),
    locks: join(cacheDir, "locks"),
    temp: join(cacheDir, "tmp"),
    downloads: join(cacheDir, "downloads"),
    packageLists: join(cacheDir, "apt"),
    helper: join(cacheDir, "helper"),
    hashes: join(cacheDir, "hashes"),
  };
}

/** Absolute path of the blob with this sha256 (hex). */
export function blobPath(paths: StorePaths, sha256: string): string {
  return join(paths.blobs, sha256);
}

/** Makes the folders and the two files that every OCI image layout has. */
export function prepareStore(paths: StorePaths): void {
  for (const folder of [paths.blobs, paths.keys, paths.locks, paths.temp])
    mkdirSync(folder, { recursive: true });
  writeOnce(join(paths.store, "oci-layout"), { imageLayoutVersion: "1.0.0" });
  writeOnce(join(paths.store, "index.json"), {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [],
  });
}

// Constant content: it does not matter who writes it, or how often.
function writeOnce(path: string, content: unknown): void {
  if (!existsSync(path)) writeFileSync(path, JSON.stringify(content));
}
