import { resolve } from "node:path";
import type { BuildListener } from "../../core/build/events.ts";
import type { Host } from "../../core/host/host.ts";
import type { LoadedRecipe } from "../../core/recipe/loaded.ts";
import { formatBytes } from "../../shared/bytes.ts";
import type { BuildReport } from "../../shared/report.ts";
import { buildPlan } from "../buildPlan.ts";
import { writeJson } from "../json.ts";
import { openRecipe, type RecipeOptions } from "../openRecipe.ts";
import { planRecipe } from "../planRecipe.ts";
import { table } from "../table.ts";

export interface BuildOptions extends RecipeOptions {
  readonly output?: readonly string[];
  readonly locked?: boolean;
}

/** `whittle build`: progress on stderr, the table of stages and outputs on stdout. */
export async function build(path: string, options: BuildOptions): Promise<number> {
  const { recipe, host } = await openRecipe(path, options);
  const times = new Map<string, string>();
  const report = await buildOpened(recipe, host, options, event => {
    if (event.type === "output-finished") times.set(event.work.name, timeOf(event));
  });
  if (options.json) writeJson(report);
  else process.stdout.write(describe(report, times));
  return 0;
}

/** Builds what the options ask for; used by every command that needs built images. */
export async function buildOpened(
  recipe: LoadedRecipe,
  host: Host,
  options: BuildOptions,
  onEvent?: BuildListener,
): Promise<BuildReport> {
  const plan = await planRecipe(recipe, host, options);
  const what = { outDir: options.out && resolve(options.out), outputs: options.output };
  return buildPlan(plan, host, options, what, onEvent);
}

function describe(report: BuildReport, times: ReadonlyMap<string, string>): string {
  const stages = table(
    [
      { title: "STAGE" },
      { title: "ADDED", align: "right" },
      { title: "REMOVED", align: "right" },
      { title: "TIME", align: "right" },
    ],
    report.stages.map(stage => [
      stage.name,
      formatBytes(stage.addedBytes),
      stage.removedBytes === 0 ? "" : formatBytes(stage.removedBytes),
      timeOf(stage),
    ]),
  );
  const outputs = table(
    [
      { title: "OUTPUT" },
      { title: "SIZE", align: "right" },
      { title: "TIME", align: "right" },
      { title: "FILE" },
    ],
    report.outputs.map((output, at) => {
      const isFirst = output.name !== report.outputs[at - 1]?.name;
      return [titleOf(output), sizeOf(output), (isFirst && times.get(output.name)) || "", output.path];
    }),
  );
  return `${stages}\n${outputs}\nBuilt ${report.recipe} in ${report.seconds.toFixed(2)} s\n`;
}

function timeOf({ cached, seconds }: { readonly cached: boolean; readonly seconds: number }): string {
  return cached ? "cached" : `${seconds.toFixed(2)} s`;
}

// The other files of an output carry its name; what they are is the useful word.
function titleOf({ name, kind }: BuildReport["outputs"][number]): string {
  return kind !== name && ["kernel", "initrd", "cmdline", "packed"].includes(kind)
    ? `${name}: ${kind}`
    : name;
}

function sizeOf({ bytes, unpackedBytes }: BuildReport["outputs"][number]): string {
  const size = formatBytes(bytes);
  return unpackedBytes === undefined ? size : `${formatBytes(unpackedBytes)} → ${size}`;
}
