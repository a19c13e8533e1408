import type { BuildReport } from "../../shared/report.ts";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import type { BuildListener } from "./events.ts";
import { type Kinds, loadKinds } from "./kinds.ts";
import { outFolder } from "./lastBuild.ts";
import type { Plan, PlannedOutput } from "./plan.ts";
import { defaultCacheBytes, storePaths } from "./storePaths.ts";
import { sweep } from "./sweep.ts";
import { unchangedBuild } from "./unchangedBuild.ts";
import { outputRef, stageRef } from "./workRefs.ts";

export interface RunBuildOptions {
  readonly signal: AbortSignal;
  /** Folder of the images. Default: `out/<recipe name>` beside the recipe. */
  readonly outDir?: string | undefined;
  /** Names of the outputs to build; [] builds the stages only. Default: all. */
  readonly outputs?: readonly string[] | undefined;
  readonly onEvent?: BuildListener | undefined;
  /** Also make sure that the final tree is in the store, not only that the outputs are up to date. */
  readonly needTree?: boolean | undefined;
  /** The store is shrunk to this afterwards, least recently used first. Bytes; default 20 GiB. */
  readonly cacheBytes?: number | undefined;
  /** Default: all that Whittle has. */
  readonly kinds?: Kinds | undefined;
}

/**
 * Builds what is not there yet: stages at once where they do not depend on each other, then outputs. An
 * unchanged recipe costs a few stats.
 * @returns the report, also kept for loadLastBuild().
 * @throws Failure (located where it can be), after an event `failed`; the signal's reason when aborted. Either
 * way everything temporary is gone and no process is left.
 */
export async function runBuild(plan: Plan, host: Host, options: RunBuildOptions): Promise<BuildReport> {
  const began = performance.now();
  const emit = options.onEvent ?? (() => undefined);
  const outDir = outFolder(plan.recipe, options.outDir);
  options.signal.throwIfAborted();
  const wanted = wantedOutputs(plan, options.outputs);
  const work = [...plan.stages.map(stageRef), ...wanted.map(outputRef)];
  emit({ type: "planned", recipe: plan.recipe.name, work });
  const needTree = options.needTree === true || wanted.length === 0;
  const unchanged = unchangedBuild({ plan, host, wanted, outDir, needTree, emit, began });
  if (unchanged) {
    // A cache that cannot be written has been swept by whoever can.
    await sweep(storePaths(host.cacheDir)).catch(() => undefined);
    emit({ type: "finished", report: unchanged });
    return unchanged;
  }
  if (options.outDir === undefined) {
    const { sameNameProblem } = await import("../recipe/sameName.ts");
    const problem = await sameNameProblem(plan.recipe);
    if (problem) throw problem;
  }
  // What really builds is loaded only now: looking that nothing changed should not pay for it.
  const [kinds, { buildAll }] = await Promise.all([options.kinds ?? loadKinds(), import("./buildAll.ts")]);
  const cacheBytes = options.cacheBytes ?? defaultCacheBytes;
  const report = await buildAll({ plan, host, kinds, outDir, emit, signal: options.signal }, wanted, {
    began,
    cacheBytes,
  });
  emit({ type: "finished", report });
  return report;
}

function wantedOutputs(plan: Plan, names: readonly string[] | undefined): readonly PlannedOutput[] {
  if (!names) return plan.outputs;
  for (const name of names) {
    if (plan.outputs.some(output => output.name === name)) continue;
    const known = plan.outputs.map(output => output.name).join(", ") || "none";
    throw new Failure("usage", `The recipe ${plan.recipe.name} has no output ${name}.`, {
      advice: `Its outputs: ${known}.`,
    });
  }
  return plan.outputs.filter(output => names.includes(output.name));
}
