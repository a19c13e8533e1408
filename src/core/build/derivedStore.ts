import { join } from "node:path";
import { digestOf, digestOfFile } from "./digest.ts";
import { acquireLock, type LockWait } from "./lock.ts";
import { emptyConfig, fileArtifact, findManifest, hexOf, type Manifest, writeManifest } from "./manifest.ts";
import { putBlob } from "./putBlob.ts";
import { blobPath, type StorePaths } from "./storePaths.ts";
import type { TempFolder } from "./tempFolder.ts";

/** Names a derived file: everything that decides its bytes. */
export interface DerivedKey {
  /** Output kind and its version. */
  readonly kind: string;
  readonly version: number;
  readonly key: string;
}

/**
 * A file that is made once and then served from the store (OutputContext.derived). Two builds that want the same
 * one at once make it once.
 * @returns absolute path in the store; read only.
 */
export async function derivedFile(
  paths: StorePaths,
  name: DerivedKey,
  make: (path: string) => Promise<void>,
  temp: TempFolder,
  wait: LockWait,
): Promise<string> {
  const key = digestOf({ derived: name.key, kind: name.kind, version: name.version });
  const known = findDerived(paths, key);
  if (known) return known;
  const lock = await acquireLock(join(paths.locks, `${key}.lock`), wait);
  try {
    return findDerived(paths, key) ?? (await makeDerived(paths, key, name, make, temp, wait.signal));
  } finally {
    lock.release();
  }
}

function findDerived(paths: StorePaths, key: string): string | undefined {
  const blob = findManifest(paths, key, fileArtifact)?.layers[0];
  return blob && blobPath(paths, hexOf(blob));
}

async function makeDerived(
  paths: StorePaths,
  key: string,
  name: DerivedKey,
  make: (path: string) => Promise<void>,
  temp: TempFolder,
  signal: AbortSignal,
): Promise<string> {
  const path = join(await temp.folder(), "derived");
  await make(path);
  const { sha256, bytes } = await digestOfFile(path, signal);
  const blob = await putBlob(paths, path, sha256);
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType: fileArtifact,
    config: emptyConfig,
    layers: [{ mediaType: "application/octet-stream", digest: `sha256:${sha256}`, size: bytes }],
    annotations: { "dev.whittle.kind": name.kind, "dev.whittle.name": name.key },
  };
  await writeManifest(paths, key, manifest, temp.file());
  return blob;
}
