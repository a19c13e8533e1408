import { noOwner, ownersOf } from "../../../src/core/analysis/owners.ts";
import type { StagePackage } from "../../../src/core/stages/stage.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { layerOf } from "../tree/layers.ts";

export interface FoundOwners {
  /** Label, version and architecture of each package. */
  readonly packages: readonly string[];
  /** Label of the package by path; only of paths that have one. */
  readonly of: Readonly<Record<string, string>>;
}

/** The owners of the tree that these layers give, one a stage. */
export async function ownersIn(
  layers: readonly Layer[],
  declared: readonly (readonly StagePackage[])[] = [],
): Promise<FoundOwners> {
  const tree = stackLayers(layers);
  const { packages, ofEntry } = await ownersOf({ tree, layers, declared });
  const pairs = tree.entries.flatMap(({ path }, at) => {
    const owner = packages[ofEntry[at] ?? noOwner];
    return owner ? [[path, owner.label] as const] : [];
  });
  return {
    packages: packages.map(each => [each.label, each.version, each.arch].filter(Boolean).join(" ")),
    of: Object.fromEntries(pairs),
  };
}

/** A layer that takes these paths away. */
export function without(...paths: readonly string[]): Promise<Layer> {
  return layerOf(layer => {
    for (const path of paths) layer.whiteout(path);
  });
}
