import type { Host } from "../host/host.ts";
import type { AnyOutputKind } from "../outputs/output.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";
import type { AnyStageKind, Json } from "../stages/stage.ts";
import { explainCacheUnusable } from "./cacheUnusable.ts";
import { fixedClock } from "./clock.ts";
import { digestOf } from "./digest.ts";
import { locateFailure } from "./failureOf.ts";
import { type HashedInput, hashInputs } from "./hashInputs.ts";
import { type Kinds, kindOf, loadKinds } from "./kinds.ts";
import { placeOf } from "./place.ts";
import type { Plan, PlannedOutput, PlannedStage } from "./plan.ts";
import { together } from "./together.ts";

/**
 * Gives every stage and output of a recipe its key. Reads input files and asks the kinds for outside facts, of
 * all stages at once; changes nothing but the memory of input hashes.
 * @throws Failure located in the recipe: a missing input, a fact that cannot be found out.
 */
export async function planBuild(
  recipe: LoadedRecipe,
  host: Host,
  signal: AbortSignal,
  kinds?: Kinds,
): Promise<Plan> {
  signal.throwIfAborted();
  const { stages: stageKinds, outputs: outputKinds } = kinds ?? (await loadKinds());
  const clock = fixedClock(host);
  const look = (item: LoadedItem, kind: AnyStageKind | AnyOutputKind) => (stop: AbortSignal) =>
    factsOf(item, kind, recipe, host, stop);
  const items = [
    ...recipe.stages.map(item => look(item, kindOf(stageKinds, item.kind))),
    ...recipe.outputs.map(item => look(item, kindOf(outputKinds, item.kind))),
  ];
  const facts = await together(items, signal);
  const world = { arch: recipe.arch, clock };
  const stages: PlannedStage[] = [];
  for (const [index, item] of recipe.stages.entries()) {
    const kind = kindOf(stageKinds, item.kind);
    const { inputs, resolved } = facts[index] ?? noFacts;
    const below = kind.readsTree ? stages.map(each => each.key) : null;
    const key = digestOf({ ...keyParts(item, kind.version, inputs), ...world, resolved, below });
    stages.push({ ...item, index, key, resolved, inputs, readsTree: kind.readsTree });
  }
  const treeKey = digestOf(stages.map(each => each.key));
  const outputs = recipe.outputs.map((item, index): PlannedOutput => {
    const { inputs } = facts[recipe.stages.length + index] ?? noFacts;
    const { name, version } = recipe;
    const labels = { recipe: name, recipeVersion: version ?? null, name: item.name };
    const { version: kindVersion } = kindOf(outputKinds, item.kind);
    const key = digestOf({ ...keyParts(item, kindVersion, inputs), ...world, ...labels, treeKey });
    return { ...item, index, key, inputs };
  });
  return { recipe, stages, outputs, treeKey, clock };
}

interface Facts {
  readonly inputs: readonly HashedInput[];
  readonly resolved: Json;
}

const noFacts: Facts = { inputs: [], resolved: null };

async function factsOf(
  item: LoadedItem,
  kind: AnyStageKind | AnyOutputKind,
  recipe: LoadedRecipe,
  host: Host,
  signal: AbortSignal,
): Promise<Facts> {
  const place = placeOf(item, recipe.arch);
  try {
    const inputs = kind.inputs?.(item.parameters, place) ?? [];
    const hashed = await hashInputs(inputs, place, host.cacheDir, signal);
    const resolved = "resolve" in kind ? await kind.resolve?.(item.parameters, place, host, signal) : null;
    return { inputs: hashed, resolved: resolved ?? null };
  } catch (error) {
    const explained = explainCacheUnusable(error, host.cacheDir);
    // The cache is nothing that the recipe asked for.
    throw explained === error ? locateFailure(error, item, [host.cacheDir]) : explained;
  }
}

function keyParts(item: LoadedItem, version: number, inputs: readonly HashedInput[]) {
  return {
    kind: item.kind,
    version,
    parameters: (item.parameters ?? null) as Json,
    inputs: inputs.map(each => each.sha256),
  };
}
