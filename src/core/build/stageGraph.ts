import type { Layer } from "../tree/layer.ts";
import { stackLayers } from "../tree/stack.ts";
import type { Tree } from "../tree/tree.ts";
import type { BuildRun } from "./buildRun.ts";
import { findLayers } from "./findLayers.ts";
import { loadLayers } from "./layerStore.ts";
import type { PlannedStage } from "./plan.ts";
import { makeStage, type StageResult } from "./stageWork.ts";
import { stageRef } from "./workRefs.ts";

/** All stages of a build, each at work as soon as it can be. */
export interface StageGraph {
  /** One per stage, bottom first; settles when its layers are in the store. */
  readonly results: readonly Promise<StageResult>[];
  /** How many stages, from the bottom without a gap, are in the store by now. */
  finished(): number;
  /** The tree of the lowest `count` stages; opens their layers. */
  tree(count: number): Promise<Tree>;
}

/** Starts every stage. A failure is noted in `run` and stops the others. */
export function startStages(run: BuildRun): StageGraph {
  const { stages } = run.plan;
  const results: Promise<StageResult>[] = [];
  const settled = stages.map(() => false);
  const layers = new Map<number, Promise<readonly Layer[]>>();
  const trees = new Map<number, Promise<Tree>>();

  const tree = (count: number): Promise<Tree> => {
    const known = trees.get(count);
    if (known !== undefined) return known;
    const made = Promise.all(stages.slice(0, count).map(layersOf)).then(stackLayers);
    trees.set(count, made);
    return made;
  };
  const layersOf = (stage: PlannedStage): Promise<readonly Layer[]> => {
    const known = layers.get(stage.index);
    if (known !== undefined) return known;
    const opened = openLayers(stage);
    layers.set(stage.index, opened);
    return opened;
  };
  const openLayers = async (stage: PlannedStage): Promise<readonly Layer[]> => {
    const known = (await results[stage.index])?.layers ?? (await loadLayers(run.paths, stage.key));
    // Gone or damaged since it was looked at: then it is made like any other.
    const there = known ?? (await make(stage)).layers;
    if (!there) throw new Error(`The stage ${stage.name} gave no layer.`);
    return there;
  };
  const make = async (stage: PlannedStage): Promise<StageResult> => {
    try {
      const below = stage.readsTree ? await tree(stage.index) : undefined;
      return await makeStage(run, stage, below);
    } catch (error) {
      throw run.fail(error, stageRef(stage), stage);
    }
  };
  const resultOf = async (stage: PlannedStage): Promise<StageResult> => {
    const cached = findLayers(run.paths, stage.key);
    const result = cached ? { ...cached, cached: true, seconds: 0, layers: undefined } : await make(stage);
    settled[stage.index] = true;
    return result;
  };

  for (const stage of stages) results.push(resultOf(stage));
  return {
    results,
    tree,
    finished() {
      const gap = settled.indexOf(false);
      return gap < 0 ? stages.length : gap;
    },
  };
}
