import type { BuildReport } from "../../shared/report.ts";
import { type BuildRun, openRun, type RunParts } from "./buildRun.ts";
import { diagnosticOf } from "./failureOf.ts";
import { finishBuild } from "./finishBuild.ts";
import type { PlannedOutput } from "./plan.ts";
import { pruneCache } from "./pruneCache.ts";
import { startStages } from "./stageGraph.ts";

/** Builds stages and outputs, and shrinks the store afterwards; see runBuild(). */
export async function buildAll(
  parts: RunParts,
  wanted: readonly PlannedOutput[],
  { began, cacheBytes }: { readonly began: number; readonly cacheBytes: number },
): Promise<BuildReport> {
  let run: BuildRun | undefined;
  try {
    run = await openRun(parts);
    return await stagesAndOutputs(run, wanted, began);
  } catch (error) {
    parts.signal.throwIfAborted();
    const first = run?.failure ?? { work: undefined, error };
    const message = first.error instanceof Error ? first.error.message : String(first.error);
    parts.emit({ type: "failed", work: first.work, diagnostic: diagnosticOf(first.error), message });
    throw first.error;
  } finally {
    await run?.temp.remove();
    // A store that cannot be shrunk is no reason to withhold a finished image.
    if (run?.stored) await pruneCache(parts.host, { maxBytes: cacheBytes }).catch(() => 0);
  }
}

async function stagesAndOutputs(
  run: BuildRun,
  wanted: readonly PlannedOutput[],
  began: number,
): Promise<BuildReport> {
  const graph = startStages(run);
  const ended = Promise.allSettled(graph.results);
  try {
    return await finishBuild(run, graph, wanted, began);
  } catch (error) {
    throw run.fail(error, undefined, undefined);
  } finally {
    // Nobody may still write when the temporary folder goes.
    await ended;
  }
}
