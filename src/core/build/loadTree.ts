import type { Host } from "../host/host.ts";
import type { Layer } from "../tree/layer.ts";
import { stackLayers } from "../tree/stack.ts";
import type { Tree } from "../tree/tree.ts";
import type { LastBuild } from "./lastBuild.ts";
import { loadLayers } from "./layerStore.ts";
import type { Plan } from "./plan.ts";
import { storePaths } from "./storePaths.ts";

/**
 * The final tree of a plan, or of the last build, from the store.
 * @returns undefined when not all of its layers are (still) there: build with `needTree` then.
 */
export async function loadTree(of: Plan | LastBuild, host: Host): Promise<Tree | undefined> {
  const paths = storePaths(host.cacheDir);
  const stages: readonly { readonly key: string }[] = "report" in of ? of.report.stages : of.stages;
  const layers = await Promise.all(stages.map(stage => loadLayers(paths, stage.key)));
  const found = layers.filter((each): each is readonly Layer[] => each !== undefined);
  return found.length === stages.length ? stackLayers(found) : undefined;
}
