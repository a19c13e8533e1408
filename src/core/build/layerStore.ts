import { readFile } from "node:fs/promises";
import { decodeIndex, encodeIndex } from "../tree/indexFile.ts";
import type { Layer } from "../tree/layer.ts";
import { relocate } from "../tree/layerBuilder.ts";
import { sha256 } from "./digest.ts";
import { findLayers, type LayerFacts, layerNote } from "./findLayers.ts";
import {
  type Descriptor,
  emptyConfig,
  hexOf,
  layerArtifact,
  type Manifest,
  writeManifest,
} from "./manifest.ts";
import { putBlob } from "./putBlob.ts";
import { blobPath, type StorePaths } from "./storePaths.ts";
import type { TempFolder } from "./tempFolder.ts";
import { writeSynced } from "./writeSynced.ts";

const tarType = "application/vnd.oci.image.layer.v1.tar";
const indexType = "application/vnd.whittle.index.v1";

/** Opens the layers of a stage, bottom first; undefined when one is missing or its index cannot be read. */
export async function loadLayers(paths: StorePaths, key: string): Promise<readonly Layer[] | undefined> {
  const blobs = findLayers(paths, key)?.manifest.layers ?? [];
  const layers: Layer[] = [];
  try {
    for (let at = 0; at + 1 < blobs.length; at += 2) {
      const [tar, index] = blobs.slice(at, at + 2);
      if (!tar || !index) return undefined;
      const text = await readFile(blobPath(paths, hexOf(index)), "utf8");
      const digest = hexOf(tar);
      layers.push({ digest, bytes: tar.size, blob: blobPath(paths, digest), index: decodeIndex(text) });
    }
  } catch {
    return undefined;
  }
  return layers.length > 0 ? layers : undefined;
}

/** Moves finished layers into the store under `key`; the manifest comes last and makes them real. */
export async function storeLayers(
  paths: StorePaths,
  key: string,
  layers: readonly Layer[],
  facts: LayerFacts,
  temp: TempFolder,
): Promise<readonly Layer[]> {
  const stored: Layer[] = [];
  const blobs: Descriptor[] = [];
  for (const layer of layers) {
    const index = Buffer.from(encodeIndex(layer.index));
    const indexDigest = sha256(index);
    const indexFile = temp.file();
    await writeSynced(indexFile, index);
    stored.push(relocate(layer, await putBlob(paths, layer.blob, layer.digest)));
    await putBlob(paths, indexFile, indexDigest);
    blobs.push(
      { mediaType: tarType, digest: `sha256:${layer.digest}`, size: layer.bytes },
      { mediaType: indexType, digest: `sha256:${indexDigest}`, size: index.length },
    );
  }
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType: layerArtifact,
    config: emptyConfig,
    layers: blobs,
    annotations: {
      [layerNote.kind]: facts.kind,
      [layerNote.seconds]: facts.seconds.toFixed(3),
      [layerNote.entries]: String(layers.reduce((sum, layer) => sum + layer.index.entries.length, 0)),
      ...(facts.warnings.length === 0 ? {} : { [layerNote.warnings]: JSON.stringify(facts.warnings) }),
    },
  };
  await writeManifest(paths, key, manifest, temp.file());
  return stored;
}
