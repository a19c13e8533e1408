import type { Plan } from "../core/build/plan.ts";
import { type RunBuildOptions, runBuild } from "../core/build/runBuild.ts";
import type { Host } from "../core/host/host.ts";
import type { BuildReport } from "../shared/report.ts";
import { buildListener } from "./buildListener.ts";
import type { CommonOptions } from "./commonOptions.ts";
import { interruption } from "./runCommand.ts";

/** Runs a plan and shows its progress the way the options ask. */
export async function buildPlan(
  plan: Plan,
  host: Host,
  options: CommonOptions,
  what: Pick<RunBuildOptions, "outDir" | "outputs">,
): Promise<BuildReport> {
  const listener = buildListener(options);
  try {
    return await runBuild(plan, host, { ...what, signal: interruption.signal, onEvent: listener.onEvent });
  } finally {
    listener.end();
  }
}
