import { type Kinds, kindOf, loadKinds } from "../build/kinds.ts";
import type { LastBuild } from "../build/lastBuild.ts";
import { loadLayers } from "../build/layerStore.ts";
import type { Plan } from "../build/plan.ts";
import { storePaths } from "../build/storePaths.ts";
import type { Host } from "../host/host.ts";
import type { StagePackage } from "../stages/stage.ts";
import type { Layer } from "../tree/layer.ts";
import { stackLayers } from "../tree/stack.ts";
import type { Tree } from "../tree/tree.ts";
import { type Owners, ownersOf } from "./owners.ts";

/** A tree with the layers that it was stacked from, and who owns what is in it. */
export interface StackedImage {
  readonly tree: Tree;
  /** Bottom first, of all stages. */
  readonly layers: readonly Layer[];
  readonly owners: Owners;
}

/**
 * The image of a plan, or of the last build, from the store.
 * @returns undefined when not all of its layers are (still) there: build with `needTree` then.
 */
export async function loadImage(of: Plan | LastBuild, host: Host): Promise<StackedImage | undefined> {
  const isBuilt = "report" in of;
  const stages = await stageLayers(isBuilt ? of.report.stages : of.stages, host);
  if (!stages) return undefined;
  const tree = stackLayers(stages);
  const layers = stages.flat();
  const declared = isBuilt ? (of.packages ?? []) : declaredPackages(of, await loadKinds());
  return { tree, layers, owners: await rememberedOwners(tree, layers, declared) };
}

/** By stage, its layers, bottom first; undefined when one is no longer in the store. */
export async function stageLayers(
  stages: readonly { readonly key: string }[],
  host: Host,
): Promise<readonly (readonly Layer[])[] | undefined> {
  const paths = storePaths(host.cacheDir);
  const loaded = await Promise.all(stages.map(stage => loadLayers(paths, stage.key)));
  const found = loaded.filter(each => each !== undefined);
  return found.length === stages.length ? found : undefined;
}

/** By stage: the packages that it brings without leaving a package database in the image. */
export function declaredPackages({ stages }: Plan, kinds: Kinds): (readonly StagePackage[])[] {
  return stages.map(
    ({ kind, parameters, resolved }) => kindOf(kinds.stages, kind).packages?.(parameters, resolved) ?? [],
  );
}

const remembered = new Map<string, Promise<Owners>>();
const mostRemembered = 4;

/** As ownersOf(); a tree that was looked at before in this process is not worked out again. */
export function rememberedOwners(
  tree: Tree,
  layers: readonly Layer[],
  declared: readonly (readonly StagePackage[])[],
): Promise<Owners> {
  const key = JSON.stringify([layers.map(layer => layer.digest), declared]);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const made = ownersOf({ tree, layers, declared });
  remembered.set(key, made);
  made.catch(() => remembered.delete(key));
  for (const oldest of remembered.keys()) {
    if (remembered.size <= mostRemembered) break;
    remembered.delete(oldest);
  }
  return made;
}
