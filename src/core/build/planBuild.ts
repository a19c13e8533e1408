import type { Host } from "../host/host.ts";
import type { AnyOutputKind } from "../outputs/output.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";
import type { AnyStageKind, Json } from "../stages/stage.ts";
import { explainCacheUnusable } from "./cacheUnusable.ts";
import { fixedClock } from "./clock.ts";
import { digestOf } from "./digest.ts";
import type { WorkRef } from "./events.ts";
import { locateFailure } from "./failureOf.ts";
import type { HashedInput } from "./hashInputs.ts";
import { type ItemFacts, type LockUse, openItemFacts } from "./itemFacts.ts";
import { type Kinds, kindOf, loadKinds } from "./kinds.ts";
import type { Plan, PlannedOutput, PlannedStage } from "./plan.ts";
import { together } from "./together.ts";

export interface PlanOptions {
  /** Default: all that Whittle has. */
  readonly kinds?: Kinds | undefined;
  /**
   * `follow` (default): what the lock file beside the recipe says holds, the rest is found out. `require`: all must be
   * in the lock file. `ignore`: as if there were none.
   */
  readonly lock?: LockUse | undefined;
  /** Ask mirrors and registries anew instead of taking what they said before. */
  readonly fresh?: boolean | undefined;
  /** What asking mirrors and registries says, line by line. */
  readonly onLog?: ((work: WorkRef, line: string) => void) | undefined;
}

/**
 * Gives every stage and output of a recipe its key. Reads input files and asks the kinds for outside facts, of
 * all stages at once; changes nothing but the memory of input hashes.
 * @throws Failure located in the recipe: a missing input, a fact that cannot be found out.
 */
export async function planBuild(
  recipe: LoadedRecipe,
  host: Host,
  signal: AbortSignal,
  options: PlanOptions = {},
): Promise<Plan> {
  signal.throwIfAborted();
  const { stages: stageKinds, outputs: outputKinds } = options.kinds ?? (await loadKinds());
  const clock = fixedClock(host);
  const factsOf = await openItemFacts(recipe, host, options);
  const look = (work: WorkRef, item: LoadedItem, kind: AnyStageKind | AnyOutputKind) => {
    return async (stop: AbortSignal): Promise<ItemFacts> => {
      try {
        return await factsOf(work, item, kind, stop);
      } catch (error) {
        const explained = explainCacheUnusable(error, host.cacheDir);
        // The cache is nothing that the recipe asked for.
        throw explained === error ? locateFailure(error, item, [host.cacheDir]) : explained;
      }
    };
  };
  const found = await together(
    [
      ...recipe.stages.map((item, index) =>
        look(refOf("stage", item, index), item, kindOf(stageKinds, item.kind)),
      ),
      ...recipe.outputs.map((item, index) =>
        look(refOf("output", item, index), item, kindOf(outputKinds, item.kind)),
      ),
    ],
    signal,
  );
  const world = { arch: recipe.arch, clock };
  const stages: PlannedStage[] = [];
  for (const [index, item] of recipe.stages.entries()) {
    const kind = kindOf(stageKinds, item.kind);
    const { inputs, resolved, asked } = found[index] ?? noFacts;
    const below = kind.readsTree ? stages.map(each => each.key) : null;
    const key = digestOf({ ...keyParts(item, kind.version, inputs), ...world, resolved, below });
    stages.push({ ...item, index, key, resolved, asked, inputs, readsTree: kind.readsTree });
  }
  const treeKey = digestOf(stages.map(each => each.key));
  const outputs = recipe.outputs.map((item, index): PlannedOutput => {
    const { inputs, resolved, asked } = found[recipe.stages.length + index] ?? noFacts;
    const { name, version } = recipe;
    const labels = { recipe: name, recipeVersion: version ?? null, name: item.name };
    const { version: kindVersion } = kindOf(outputKinds, item.kind);
    const key = digestOf({ ...keyParts(item, kindVersion, inputs), ...world, ...labels, treeKey, resolved });
    return { ...item, index, key, resolved, asked, inputs };
  });
  const warnings = found.flatMap(each => each.warning ?? []);
  return { recipe, stages, outputs, treeKey, clock, warnings };
}

const noFacts: ItemFacts = { inputs: [], resolved: null, asked: undefined };

function refOf(what: WorkRef["what"], { name, kind }: LoadedItem, index: number): WorkRef {
  return { what, index, name, kind };
}

function keyParts(item: LoadedItem, version: number, inputs: readonly HashedInput[]) {
  return {
    kind: item.kind,
    version,
    parameters: (item.parameters ?? null) as Json,
    inputs: inputs.map(each => each.sha256),
  };
}
