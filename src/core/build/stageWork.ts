import type { Layer } from "../tree/layer.ts";
import { createLayerBuilder } from "../tree/layerBuilder.ts";
import type { Tree } from "../tree/tree.ts";
import type { BuildRun } from "./buildRun.ts";
import type { WorkRef } from "./events.ts";
import { findLayers } from "./findLayers.ts";
import { kindOf } from "./kinds.ts";
import { loadLayers, storeLayers } from "./layerStore.ts";
import { acquireLock } from "./lock.ts";
import type { PlannedStage } from "./plan.ts";
import type { StageWarning } from "./warnings.ts";
import { checkInputs, lockOf, openWork } from "./work.ts";
import { stageRef } from "./workRefs.ts";

/** A stage whose layers are in the store. */
export interface StageResult {
  readonly cached: boolean;
  /** What this build spent on it. */
  readonly seconds: number;
  readonly warnings: readonly StageWarning[];
  /** Absent while nobody needed to open it. */
  readonly layers: readonly Layer[] | undefined;
}

/**
 * Makes the layers of a stage, or takes them from another build that made them meanwhile.
 * @param below the tree below; only for kinds that read it.
 */
export async function makeStage(
  run: BuildRun,
  stage: PlannedStage,
  below: Tree | undefined,
): Promise<StageResult> {
  const ref = stageRef(stage);
  const { path, wait } = lockOf(run, ref, stage.key);
  const lock = await acquireLock(path, wait);
  try {
    const meanwhile = await loadLayers(run.paths, stage.key);
    if (meanwhile) {
      const warnings = findLayers(run.paths, stage.key)?.warnings ?? [];
      return { cached: true, seconds: 0, warnings, layers: meanwhile };
    }
    return await run.slots.run(run.signal, () => apply(run, stage, ref, below));
  } finally {
    lock.release();
  }
}

async function apply(
  run: BuildRun,
  stage: PlannedStage,
  ref: WorkRef,
  below: Tree | undefined,
): Promise<StageResult> {
  const kind = kindOf(run.kinds.stages, stage.kind);
  const began = performance.now();
  run.emit({ type: "started", work: ref });
  const work = openWork(run, ref, stage);
  const builder = createLayerBuilder({ folder: work.temp.path, clock: run.plan.clock, signal: run.signal });
  const adopted: Layer[] = [];
  try {
    const context = {
      ...work.context,
      layer: builder,
      adopt(layer: Layer): void {
        adopted.push(layer);
      },
      below(): Promise<Tree> {
        if (!below) throw new Error(`The stage kind ${stage.kind} reads the tree below without saying so.`);
        return Promise.resolve(below);
      },
    };
    await kind.apply(stage.parameters, context, stage.resolved);
    const made = await builder.finish(run.signal);
    await checkInputs(run, stage);
    run.signal.throwIfAborted();
    const seconds = (performance.now() - began) / 1000;
    const facts = { kind: stage.kind, seconds, warnings: work.warnings };
    const own = adopted.length > 0 && isEmpty(made) ? [] : [made];
    const layers = await storeLayers(run.paths, stage.key, [...adopted, ...own], facts, work.temp);
    run.stored = true;
    return { cached: false, seconds, warnings: work.warnings, layers };
  } finally {
    await builder.discard();
    await work.end();
  }
}

function isEmpty({ index }: Layer): boolean {
  return index.entries.length + index.whiteouts.length + index.opaque.length === 0;
}
