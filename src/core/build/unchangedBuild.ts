import type { BuildReport } from "../../shared/report.ts";
import type { Host } from "../host/host.ts";
import { isCmdlineCurrent } from "./cmdlineFile.ts";
import type { BuildListener } from "./events.ts";
import { findLayers } from "./findLayers.ts";
import {
  isAsMade,
  manifestReport,
  outputReports,
  type RecordedOutput,
  readRecord,
  unchangedOutput,
} from "./lastBuild.ts";
import type { Plan, PlannedOutput } from "./plan.ts";
import { announceStage } from "./stageReports.ts";
import { storePaths } from "./storePaths.ts";
import { warningDiagnostic } from "./warnings.ts";
import { outputRef } from "./workRefs.ts";

export interface Asked {
  readonly plan: Plan;
  readonly host: Host;
  readonly wanted: readonly PlannedOutput[];
  readonly outDir: string;
  readonly needTree: boolean;
  readonly emit: BuildListener;
  /** performance.now() at the start. */
  readonly began: number;
}

/**
 * The report of a build that has nothing to do, from the record and a stat per file; undefined when there is work.
 * Layers are neither opened nor, unless the tree is needed, missed.
 */
export function unchangedBuild(asked: Asked): BuildReport | undefined {
  const { plan, host, wanted, outDir, emit } = asked;
  const record = readRecord(outDir);
  const { last } = record;
  if (last?.treeKey !== plan.treeKey || last.report.stages.length !== plan.stages.length) return undefined;
  const { manifest } = record;
  if (!manifest || !isAsMade(outDir, manifest)) return undefined;
  // Files of outputs that the recipe no longer has are still to be removed.
  const names = new Set(plan.outputs.map(output => output.name));
  if (Object.keys(record.outputs).some(name => !names.has(name))) return undefined;
  const known = wanted.map(output => {
    const same = unchangedOutput(record, output, outDir);
    return same && isCmdlineCurrent(same, plan.recipe) ? same : undefined;
  });
  const paths = storePaths(host.cacheDir);
  // Looking also marks the layers as used, so that those of recipes in use are the last to be pruned.
  const stored = plan.stages.map(stage => findLayers(paths, stage.key) !== undefined);
  if (known.includes(undefined) || (asked.needTree && stored.includes(false))) return undefined;
  const stages = plan.stages.map((stage, index) => {
    const warnings = last.warnings[index] ?? [];
    const result = { cached: true, seconds: 0, warnings };
    return announceStage(emit, stage, result, last.report.stages[index]).report;
  });
  const outputs = wanted.flatMap((output, index) => announceUnchanged(emit, output, known[index], outDir));
  const seconds = (performance.now() - asked.began) / 1000;
  const report = { recipe: plan.recipe.name, seconds, stages, outputs };
  return { result: "build", ...report, manifest: manifestReport(manifest, outDir) };
}

/** Tells listeners that an output is as it was. */
export function announceUnchanged(
  emit: BuildListener,
  output: PlannedOutput,
  known: RecordedOutput | undefined,
  outDir: string,
) {
  const work = outputRef(output);
  const outputs = known ? outputReports(output.name, known, outDir) : [];
  for (const each of known?.warnings ?? []) {
    emit({ type: "warning", work, diagnostic: warningDiagnostic(output, each) });
  }
  emit({ type: "output-finished", work, outputs, cached: true, seconds: 0 });
  return outputs;
}
