import { resolve } from "node:path";
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
  const report = await buildOpened(recipe, host, options);
  if (options.json) writeJson(report);
  else process.stdout.write(describe(report));
  return 0;
}

/** Builds what the options ask for; used by every command that needs built images. */
export async function buildOpened(
  recipe: LoadedRecipe,
  host: Host,
  options: BuildOptions,
): Promise<BuildReport> {
  const plan = await planRecipe(recipe, host, options);
  return buildPlan(plan, host, options, {
    outDir: options.out && resolve(options.out),
    outputs: options.output,
  });
}

function describe(report: BuildReport): string {
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
      stage.cached ? "cached" : `${stage.seconds.toFixed(2)} s`,
    ]),
  );
  const outputs = table(
    [{ title: "OUTPUT" }, { title: "SIZE", align: "right" }, { title: "FILE" }],
    report.outputs.map(output => [titleOf(output), sizeOf(output), output.path]),
  );
  return `${stages}\n${outputs}\nBuilt ${report.recipe} in ${report.seconds.toFixed(2)} s\n`;
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
