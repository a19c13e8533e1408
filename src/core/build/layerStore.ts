import { readFile } from "node:fs/promises";
import { decodeIndex, encodeIndex } from "../tree/indexFile.ts";
import type { Layer } from "../tree/layer.ts";
import { relocate } from "../tree/layerBuilder.ts";
import { sha256 } from "./digest.ts";
import { findLayer, type LayerFacts, layerNote } from "./findLayer.ts";
import { emptyConfig, hexOf, layerArtifact, type Manifest, writeManifest } from "./manifest.ts";
import { putBlob } from "./putBlob.ts";
import { blobPath, type StorePaths } from "./storePaths.ts";
import type { TempFolder } from "./tempFolder.ts";
import { writeSynced } from "./writeSynced.ts";

const tarType = "application/vnd.oci.image.layer.v1.tar";
const indexType = "application/vnd.whittle.index.v1";

/** Opens a layer of the store; undefined when it is missing or its index cannot be read. */
export async function loadLayer(paths: StorePaths, key: string): Promise<Layer | undefined> {
  const [tar, index] = findLayer(paths, key)?.manifest.layers ?? [];
  if (!tar || !index) return undefined;
  try {
    const text = await readFile(blobPath(paths, hexOf(index)), "utf8");
    const digest = hexOf(tar);
    return { digest, bytes: tar.size, blob: blobPath(paths, digest), index: decodeIndex(text) };
  } catch {
    return undefined;
  }
}

/** Moves a finished layer into the store under `key`; the manifest comes last and makes it real. */
export async function storeLayer(
  paths: StorePaths,
  key: string,
  layer: Layer,
  facts: LayerFacts,
  temp: TempFolder,
): Promise<Layer> {
  const index = Buffer.from(encodeIndex(layer.index));
  const indexDigest = sha256(index);
  const indexFile = temp.file();
  await writeSynced(indexFile, index);
  const blob = await putBlob(paths, layer.blob, layer.digest);
  await putBlob(paths, indexFile, indexDigest);
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType: layerArtifact,
    config: emptyConfig,
    layers: [
      { mediaType: tarType, digest: `sha256:${layer.digest}`, size: layer.bytes },
      { mediaType: indexType, digest: `sha256:${indexDigest}`, size: index.length },
    ],
    annotations: {
      [layerNote.kind]: facts.kind,
      [layerNote.seconds]: facts.seconds.toFixed(3),
      [layerNote.entries]: String(layer.index.entries.length),
      ...(facts.warnings.length === 0 ? {} : { [layerNote.warnings]: JSON.stringify(facts.warnings) }),
    },
  };
  await writeManifest(paths, key, manifest, temp.file());
  return relocate(layer, blob);
}
