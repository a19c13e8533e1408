import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";
import type { Machine } from "../../core/machine/machine.ts";
import { recipeLabel } from "../recipes/recipe.ts";
import { abortOn } from "./abortOn.ts";
import { build } from "./build.ts";
import type { Parts } from "./registerCommands.ts";
import { recipeOf, requireTrust } from "./targets.ts";

/** Builds what changed, starts the machine and puts its console in front. */
export async function bootRecipe(parts: Parts, target: unknown): Promise<Machine | undefined> {
  requireTrust();
  const recipe = await recipeOf(parts.recipes, target);
  if (!recipe) return undefined;
  const report = await build(parts, recipe);
  const loaded = parts.recipes.get(recipe.uri)?.loaded;
  if (!loaded)
    throw new Failure("recipe-changed", "The recipe changed while it was built.", {
      advice: "Boot it again.",
    });
  const [{ bootMediaOf }, { machineSpecOf }] = await Promise.all([
    import("../../core/build/bootMedia.ts"),
    import("../../core/machine/bootSpec.ts"),
  ]);
  const accelerator = parts.engine.accelerator();
  const overrides = accelerator === "auto" ? {} : { accelerator };
  const spec = machineSpecOf(loaded, bootMediaOf(loaded, report), overrides);
  const machine = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Starting ${recipeLabel(recipe)}`,
      cancellable: true,
    },
    (_progress, token) => parts.machines.start(spec, abortOn(token).signal),
  );
  await parts.consoleView.show(machine);
  return machine;
}
