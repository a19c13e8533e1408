import { readFileSync, statSync, utimesSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { blobPath, type StorePaths } from "./storePaths.ts";
import { writeSynced } from "./writeSynced.ts";

/** A blob of the store as OCI describes one. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:<hex>`. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** What a key stands for: an OCI image manifest whose layers are the blobs. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: "application/vnd.oci.image.manifest.v1+json";
  readonly artifactType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

export const layerArtifact = "application/vnd.whittle.layer.v1+json";
export const fileArtifact = "application/vnd.whittle.file.v1+json";

/** OCI's descriptor of `{}`, for manifests without a configuration. */
export const emptyConfig: Descriptor = {
  mediaType: "application/vnd.oci.empty.v1+json",
  digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
  size: 2,
};

export function manifestPath(paths: StorePaths, key: string): string {
  return join(paths.keys, `${key}.json`);
}

/** The hex digits of a descriptor's digest. */
export function hexOf(descriptor: Descriptor): string {
  return descriptor.digest.slice("sha256:".length);
}

/** Reads a manifest; undefined when there is none or it is not one (a miss either way). */
export function readManifest(paths: StorePaths, key: string): Manifest | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(manifestPath(paths, key), "utf8"));
    return isManifest(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The manifest of `key` if all its blobs are there with the sizes it says. Marks it as used now. */
export function findManifest(paths: StorePaths, key: string, artifactType: string): Manifest | undefined {
  const manifest = readManifest(paths, key);
  if (manifest?.artifactType !== artifactType || !manifest.layers.every(each => isWhole(paths, each)))
    return undefined;
  touch(manifestPath(paths, key));
  return manifest;
}

/** Writes the manifest of `key`, whole or not at all. @param temp a free path on the store's file system. */
export async function writeManifest(
  paths: StorePaths,
  key: string,
  manifest: Manifest,
  temp: string,
): Promise<void> {
  await writeSynced(temp, JSON.stringify(manifest));
  await rename(temp, manifestPath(paths, key));
}

function isWhole(paths: StorePaths, { digest, size }: Descriptor): boolean {
  const found = statSync(blobPath(paths, digest.slice("sha256:".length)), { throwIfNoEntry: false });
  return found?.size === size;
}

// The time stamp of a manifest is when it was last used; a read-only cache does without.
function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    return;
  }
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== "object" || value === null) return false;
  const { layers, annotations, artifactType } = value as Partial<Record<keyof Manifest, unknown>>;
  return (
    typeof artifactType === "string" &&
    typeof annotations === "object" &&
    annotations !== null &&
    Array.isArray(layers) &&
    layers.every(isDescriptor)
  );
}

function isDescriptor(value: unknown): value is Descriptor {
  if (typeof value !== "object" || value === null) return false;
  const { digest, size } = value as Partial<Record<keyof Descriptor, unknown>>;
  return typeof digest === "string" && /^sha256:[0-9a-f]{64}$/.test(digest) && typeof size === "number";
}
