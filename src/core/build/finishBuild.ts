import { join } from "node:path";
import type { BuildReport, OutputReport } from "../../shared/report.ts";
import type { BuildRun } from "./buildRun.ts";
import { isCmdlineCurrent } from "./cmdlineFile.ts";
import { sha256 } from "./digest.ts";
import { outputReports, readRecord, unchangedOutput } from "./lastBuild.ts";
import { acquireLock, type Lock } from "./lock.ts";
import { type OutFolder, openOutFolder } from "./outFolder.ts";
import { type FinishedOutput, makeOutput, remakeCmdline } from "./outputWork.ts";
import type { PlannedOutput } from "./plan.ts";
import type { StageGraph } from "./stageGraph.ts";
import { reportStages, type StageOutcome } from "./stageReports.ts";
import { together } from "./together.ts";
import { announceUnchanged } from "./unchangedBuild.ts";
import { outputRef } from "./workRefs.ts";
import { writeManifest } from "./writeManifest.ts";

/** Waits for the stages, makes the wanted outputs from their tree, and records the build. */
export async function finishBuild(
  run: BuildRun,
  graph: StageGraph,
  wanted: readonly PlannedOutput[],
  began: number,
): Promise<BuildReport> {
  const stages = await reportStages(run, graph, readRecord(run.outDir).last);
  const lock = await lockOutFolder(run, wanted[0]);
  try {
    const folder = await openOutFolder(run.outDir, run.signal);
    try {
      const makings = wanted.map(output => () => outputFiles(run, graph, folder, output));
      const outputs = (await together(makings, run.signal)).flat();
      return await recordBuild(run, graph, folder, stages, outputs, began);
    } finally {
      await folder.close();
    }
  } finally {
    lock.release();
  }
}

// One build at a time moves files into a folder; what another one has just made is then found there.
function lockOutFolder(run: BuildRun, first: PlannedOutput | undefined): Promise<Lock> {
  const path = join(run.paths.locks, `out-${sha256(run.outDir)}.lock`);
  const onWait = (pid: number): void => {
    if (!first) return;
    const line = `waiting for another build (process ${pid}) that writes to ${run.outDir}`;
    run.emit({ type: "log", work: outputRef(first), line });
  };
  return acquireLock(path, { signal: run.signal, onWait });
}

async function outputFiles(
  run: BuildRun,
  graph: StageGraph,
  folder: OutFolder,
  output: PlannedOutput,
): Promise<OutputReport[]> {
  const known = unchangedOutput(folder.record, output, run.outDir);
  if (known && isCmdlineCurrent(known, run.plan.recipe))
    return announceUnchanged(run.emit, output, known, run.outDir);
  const work = outputRef(output);
  const publish = async (finished: FinishedOutput) => {
    const made = await folder.publish(output, finished, run.plan.outputs);
    const outputs = outputReports(output.name, made, run.outDir);
    run.emit({
      type: "output-finished",
      work,
      outputs,
      cached: known !== undefined,
      seconds: finished.seconds,
    });
    return outputs;
  };
  try {
    if (known) return await remakeCmdline(run, output, known, publish);
    const tree = await graph.tree(run.plan.stages.length);
    return await run.slots.run(run.signal, () => makeOutput(run, output, tree, publish));
  } catch (error) {
    throw run.fail(error, work, output);
  }
}

async function recordBuild(
  run: BuildRun,
  graph: StageGraph,
  folder: OutFolder,
  stages: readonly StageOutcome[],
  outputs: readonly OutputReport[],
  began: number,
): Promise<BuildReport> {
  const { recipe, treeKey } = run.plan;
  // The record also shows the outputs that were not asked for this time but are up to date.
  const upToDate = run.plan.outputs.flatMap(output => {
    const known = unchangedOutput(folder.record, output, run.outDir);
    return known ? outputReports(output.name, known, run.outDir) : [];
  });
  const { report: manifest, packages } = await writeManifest(run, graph, folder, upToDate);
  const seconds = (performance.now() - began) / 1000;
  const report: BuildReport = {
    result: "build",
    recipe: recipe.name,
    seconds,
    stages: stages.map(each => each.report),
    outputs,
    manifest,
  };
  const warnings = stages.map(each => each.warnings);
  const shown = { ...report, outputs: upToDate };
  const last = { report: shown, treeKey, finishedAt: Date.now(), warnings, packages };
  await folder.finish(last, run.plan.outputs);
  return report;
}
