import { dirname } from "node:path";
import * as vscode from "vscode";
import { outFolder } from "../../core/build/lastBuild.ts";
import type { Machine } from "../../core/machine/machine.ts";
import type { FirmwareKind } from "../../core/outputs/output.ts";
import { choiceOf, imageOf } from "../machines/bootedImage.ts";
import { type RecipeState, recipeLabel } from "../recipes/recipe.ts";
import type { RecipeNode } from "../recipes/recipeNodes.ts";
import { abortOn } from "./abortOn.ts";
import { askChoice, type BootChoice, usualChoice } from "./bootChoice.ts";
import { bootImage } from "./bootImage.ts";
import { type Built, build } from "./build.ts";
import type { Parts } from "./registerCommands.ts";
import { machineId, recipeOf, requireTrust } from "./targets.ts";

/** Boots a recipe, one output of it, or what an ended machine ran once more. */
export async function bootRecipe(parts: Parts, target: unknown): Promise<void> {
  requireTrust();
  if (outputName(target) !== undefined) return bootOutput(parts, target);
  const ended = parts.machines.get(machineId(target) ?? "");
  const again = ended && imageRunBy(parts, ended);
  if (again) return bootImage(parts, vscode.Uri.file(again.path), again.firmware);
  const recipe = await recipeOf(parts, target);
  if (!recipe) return;
  const choice = (ended && choiceOf(ended, recipe)) ?? (await usualChoice(recipe, parts.bootChoices));
  if (choice) await bootChosen(parts, recipe, choice);
}

/** Boots one output: the one of the tree's node, else the one the person picks. */
export async function bootOutput(parts: Parts, target: unknown, firmware?: FirmwareKind): Promise<void> {
  requireTrust();
  const recipe = await recipeOf(parts, target);
  if (!recipe) return;
  const output = outputName(target);
  const choice = output === undefined ? await askChoice(recipe, parts.bootChoices) : { output, firmware };
  if (choice) await bootChosen(parts, recipe, choice);
}

function outputName(target: unknown): string | undefined {
  const node = target as RecipeNode | undefined;
  return node?.kind === "output" ? node.item.name : undefined;
}

/** Builds what changed, starts the machine and puts its console in front. */
async function bootChosen(parts: Parts, recipe: RecipeState, choice: BootChoice): Promise<void> {
  const key = recipe.uri.toString();
  const running = parts.boots.keys.includes(key) ? [] : machinesOf(parts, recipe);
  const answer = running.length === 0 ? "Start Another" : await askWhatToDo(recipe);
  if (answer === "Show Console") await parts.consoleView.show(running.at(-1));
  if (answer !== "Restart" && answer !== "Start Another") return;
  // Clicked twice, it is booted once.
  const machine = await parts.boots.run(key, JSON.stringify(choice), signal =>
    boot(parts, recipe, choice, answer === "Restart" ? running : [], signal),
  );
  await parts.consoleView.show(machine);
}

function machinesOf({ machines }: Parts, { shown }: RecipeState): readonly Machine[] {
  if (!shown) return [];
  const folder = outFolder(shown);
  return machines.running.filter(({ spec }) => dirname(spec.logFile) === folder && spec.name === shown.name);
}

// A machine whose file no recipe made.
function imageRunBy(
  { recipes }: Parts,
  { spec }: Machine,
): { readonly path: string; readonly firmware: FirmwareKind | undefined } | undefined {
  const path = imageOf(spec);
  const isMade = recipes.all.some(({ shown }) => shown && dirname(spec.logFile) === outFolder(shown));
  return path === undefined || isMade ? undefined : { path, firmware: spec.media.firmware };
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
  choice: BootChoice,
  toStop: readonly Machine[],
  signal: AbortSignal,
): Promise<Machine> {
  const built = await build(parts, recipe);
  signal.throwIfAborted();
  await Promise.all(toStop.map(machine => machine.stop()));
  const spec = await specOf(parts, built, choice);
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Starting ${recipeLabel(recipe)}`,
      cancellable: true,
    },
    (_progress, token) => parts.machines.start(spec, AbortSignal.any([signal, abortOn(token).signal])),
  );
}

async function specOf({ engine }: Parts, { recipe, report }: Built, { output, firmware }: BootChoice) {
  const [{ bootMediaOf }, { machineSpecOf }] = await Promise.all([
    import("../../core/build/bootMedia.ts"),
    import("../../core/machine/bootSpec.ts"),
  ]);
  const media = bootMediaOf(recipe, report, output, undefined, firmware);
  return machineSpecOf(recipe, media, { accelerator: engine.accelerator() });
}
