import type { Plan } from "../core/build/plan.ts";
import { planBuild } from "../core/build/planBuild.ts";
import type { Host } from "../core/host/host.ts";
import type { LoadedRecipe } from "../core/recipe/loaded.ts";
import { namingAllMissing } from "./allMissing.ts";
import { printDiagnostic } from "./printError.ts";
import { interruption } from "./runCommand.ts";

export interface PlanRecipeOptions {
  /** Build exactly what the lock file says, or fail. */
  readonly locked?: boolean | undefined;
  /** Without the progress lines of asking mirrors. */
  readonly json?: boolean | undefined;
}

/** Plans a recipe; what the plan warns about, and what slow mirrors say meanwhile, goes to standard error. */
export async function planRecipe(
  recipe: LoadedRecipe,
  host: Host,
  options: PlanRecipeOptions,
): Promise<Plan> {
  const plan = await namingAllMissing(recipe, () =>
    planBuild(recipe, host, interruption.signal, {
      lock: options.locked === true ? "require" : "follow",
      onLog: (work, line) => {
        if (options.json !== true) process.stderr.write(`${work.name}: ${line}\n`);
      },
    }),
  );
  for (const each of plan.warnings) printDiagnostic(each);
  return plan;
}
