import type { BuildListener } from "../core/build/events.ts";
import type { Plan } from "../core/build/plan.ts";
import { type RunBuildOptions, runBuild } from "../core/build/runBuild.ts";
import type { Host } from "../core/host/host.ts";
import type { BuildReport } from "../shared/report.ts";
import { buildListener } from "./buildListener.ts";
import type { CommonOptions } from "./commonOptions.ts";
import { interruption } from "./runCommand.ts";

/**
 * Runs a plan and shows its progress the way the options ask.
 * @param onEvent hears what happens as well
 */
export async function buildPlan(
  plan: Plan,
  host: Host,
  options: CommonOptions,
  what: Pick<RunBuildOptions, "outDir" | "outputs">,
  onEvent?: BuildListener,
): Promise<BuildReport> {
  const listener = buildListener(options);
  try {
    return await runBuild(plan, host, {
      ...what,
      signal: interruption.signal,
      onEvent(event) {
        listener.onEvent(event);
        onEvent?.(event);
      },
    });
  } finally {
    listener.end();
  }
}
