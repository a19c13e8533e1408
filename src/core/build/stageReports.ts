import type { StageReport } from "../../shared/report.ts";
import type { LayerEffect } from "../tree/tree.ts";
import type { BuildRun } from "./buildRun.ts";
import type { FinishedBuild } from "./lastBuild.ts";
import type { Plan, PlannedStage } from "./plan.ts";
import type { StageGraph } from "./stageGraph.ts";
import type { StageResult } from "./stageWork.ts";
import { type StageWarning, warningDiagnostic } from "./warnings.ts";
import { stageRef } from "./workRefs.ts";

export interface StageOutcome {
  readonly report: StageReport;
  readonly warnings: readonly StageWarning[];
}

/**
 * Reports each stage as soon as it and all below it are done: what a stage removed is only known then.
 * Bytes that the last build reported for the same layers are not worked out again.
 */
export async function reportStages(
  run: BuildRun,
  graph: StageGraph,
  last: FinishedBuild | undefined,
): Promise<StageOutcome[]> {
  let effects: readonly LayerEffect[] = knownEffects(run.plan, last);
  const outcomes: StageOutcome[] = [];
  for (const stage of run.plan.stages) {
    const result = await graph.results[stage.index];
    if (!result) throw new Error(`The stage ${stage.name} was not started.`);
    if (stage.index >= effects.length) effects = (await graph.tree(graph.finished())).effects;
    outcomes.push(announceStage(run.emit, stage, result, effects[stage.index]));
  }
  return outcomes;
}

/** Tells listeners that a stage is done; what it warned about when it was made is said again. */
export function announceStage(
  emit: BuildRun["emit"],
  stage: PlannedStage,
  result: Pick<StageResult, "cached" | "seconds" | "warnings">,
  effect: LayerEffect | undefined,
): StageOutcome {
  const work = stageRef(stage);
  if (result.cached) {
    for (const each of result.warnings) {
      emit({ type: "warning", work, diagnostic: warningDiagnostic(stage, each) });
    }
  }
  const { cached, seconds } = result;
  const { addedBytes = 0, removedBytes = 0 } = effect ?? {};
  const { name, kind, key } = stage;
  const report: StageReport = { name, kind, key, cached, seconds, addedBytes, removedBytes };
  emit({ type: "stage-finished", work, stage: report });
  return { report, warnings: result.warnings };
}

/** The effects of the lowest stages, as far up as they are those of the last build. */
export function knownEffects(plan: Plan, last: FinishedBuild | undefined): readonly LayerEffect[] {
  const before = last?.report.stages ?? [];
  const changed = plan.stages.findIndex((stage, index) => before[index]?.key !== stage.key);
  return before.slice(0, changed < 0 ? plan.stages.length : changed);
}
