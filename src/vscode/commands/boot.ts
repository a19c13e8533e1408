import { dirname } from "node:path";
import * as vscode from "vscode";
import { outFolder } from "../../core/build/lastBuild.ts";
import type { Machine } from "../../core/machine/machine.ts";
import { type RecipeState, recipeLabel } from "../recipes/recipe.ts";
import { abortOn } from "./abortOn.ts";
import { type Built, build } from "./build.ts";
import type { Parts } from "./registerCommands.ts";
import { recipeOf, requireTrust } from "./targets.ts";

/** Builds what changed, starts the machine and puts its console in front. */
export async function bootRecipe(parts: Parts, target: unknown): Promise<void> {
  requireTrust();
  const recipe = await recipeOf(parts, target);
  if (!recipe) return;
  const key = recipe.uri.toString();
  const running = parts.boots.keys.includes(key) ? [] : machinesOf(parts, recipe);
  const answer = running.length === 0 ? "Start Another" : await askWhatToDo(recipe);
  if (answer === "Show Console") await parts.consoleView.show(running.at(-1));
  if (answer !== "Restart" && answer !== "Start Another") return;
  // Clicked twice, it is booted once.
  const machine = await parts.boots.run(key, "", signal =>
    boot(parts, recipe, answer === "Restart" ? running : [], signal),
  );
  await parts.consoleView.show(machine);
}

function machinesOf({ machines }: Parts, { shown }: RecipeState): readonly Machine[] {
  if (!shown) return [];
  const folder = outFolder(shown);
  return machines.running.filter(({ spec }) => dirname(spec.logFile) === folder);
}

function askWhatToDo(recipe: RecipeState): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(
    `${recipeLabel(recipe)} is running already. Restart stops it and boots what is built now.`,
    "Restart",
    "Start Another",
    "Show Console",
  );
}

async function boot(
  parts: Parts,
  recipe: RecipeState,
  toStop: readonly Machine[],
  signal: AbortSignal,
): Promise<Machine> {
  const built = await build(parts, recipe);
  signal.throwIfAborted();
  await Promise.all(toStop.map(machine => machine.stop()));
  const spec = await specOf(parts, built);
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Starting ${recipeLabel(recipe)}`,
      cancellable: true,
    },
    (_progress, token) => parts.machines.start(spec, AbortSignal.any([signal, abortOn(token).signal])),
  );
}

async function specOf({ engine }: Parts, { recipe, report }: Built) {
  const [{ bootMediaOf }, { machineSpecOf }] = await Promise.all([
    import("../../core/build/bootMedia.ts"),
    import("../../core/machine/bootSpec.ts"),
  ]);
  return machineSpecOf(recipe, bootMediaOf(recipe, report), { accelerator: engine.accelerator() });
}
