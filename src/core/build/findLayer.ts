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

/** What is kept about a layer beside its bytes. */
export interface LayerFacts {
  readonly kind: string;
  /** What making it took. */
  readonly seconds: number;
  readonly warnings: readonly StageWarning[];
}

/** What the store says about a layer without opening it. */
export interface StoredLayer extends LayerFacts {
  readonly manifest: Manifest;
}

/** The layer of `key`, if all of it is there. Costs three stats and a small read. */
export function findLayer(paths: StorePaths, key: string): StoredLayer | undefined {
  const manifest = findManifest(paths, key, layerArtifact);
  if (manifest?.layers.length !== 2) return undefined;
  const { annotations } = manifest;
  return {
    manifest,
    kind: annotations[layerNote.kind] ?? "",
    seconds: Number(annotations[layerNote.seconds] ?? 0),
    warnings: readWarnings(annotations[layerNote.warnings]),
  };
}
