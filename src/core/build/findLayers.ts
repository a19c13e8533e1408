import { findManifest, layerArtifact, type Manifest } from "./manifest.ts";
import type { StorePaths } from "./storePaths.ts";
import { readWarnings, type StageWarning } from "./warnings.ts";

/** Annotations of a layer's manifest. */
export const layerNote = {
  kind: "dev.whittle.kind",
  seconds: "dev.whittle.seconds",
  entries: "dev.whittle.entries",
  warnings: "dev.whittle.warnings",
} as const;

/** What is kept about a stage's layers beside their bytes. */
export interface LayerFacts {
  readonly kind: string;
  /** What making it took. */
  readonly seconds: number;
  readonly warnings: readonly StageWarning[];
}

/** What the store says about a stage's layers without opening them. */
export interface StoredLayers extends LayerFacts {
  readonly manifest: Manifest;
}

/** The layers of `key`, if all of them are there. Costs two stats a layer and a small read. */
export function findLayers(paths: StorePaths, key: string): StoredLayers | undefined {
  const manifest = findManifest(paths, key, layerArtifact);
  // Each layer is a tar and its index.
  if (!manifest || manifest.layers.length === 0 || manifest.layers.length % 2 !== 0) return undefined;
  const { annotations } = manifest;
  return {
    manifest,
    kind: annotations[layerNote.kind] ?? "",
    seconds: Number(annotations[layerNote.seconds] ?? 0),
    warnings: readWarnings(annotations[layerNote.warnings]),
  };
}
