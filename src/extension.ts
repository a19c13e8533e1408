import type * as vscode from "vscode";
import type { Machine } from "./core/machine/machine.ts";
import { RunningWork } from "./vscode/builds/runningWork.ts";
import { Saves } from "./vscode/builds/saves.ts";
import { BootChoices } from "./vscode/commands/bootChoice.ts";
import type { Built } from "./vscode/commands/build.ts";
import { registerCommands } from "./vscode/commands/registerCommands.ts";
import { registerConsoleView } from "./vscode/console/consoleView.ts";
import { Engine } from "./vscode/engine.ts";
import { registerImageInspector } from "./vscode/inspector/imageInspector.ts";
import { BuildProblems } from "./vscode/language/buildProblems.ts";
import { registerLanguage } from "./vscode/language/registerLanguage.ts";
import { openLog } from "./vscode/log.ts";
import { announceFailures } from "./vscode/machines/announceFailures.ts";
import { Machines } from "./vscode/machines/machines.ts";
import { registerMachinesView } from "./vscode/machines/machinesView.ts";
import { Recipes } from "./vscode/recipes/recipes.ts";
import { registerRecipesView } from "./vscode/recipes/recipesView.ts";
import { registerSizesPanel } from "./vscode/sizes/sizesPanel.ts";

let end: (() => Promise<unknown>) | undefined;

/** Wires the pieces together; everything heavy is loaded by the first action that needs it. */
export function activate(context: vscode.ExtensionContext): void {
  const log = openLog(context);
  const engine = new Engine(context);
  const saves = new Saves(context);
  const recipes = new Recipes(context, log);
  const machines = new Machines(context, engine, log);
  const builds = new RunningWork<Built>();
  const boots = new RunningWork<Machine>();
  const problems = new BuildProblems(context, recipes);
  const consoleView = registerConsoleView(context, machines, log);
  const sizesPanel = registerSizesPanel(context, recipes, engine, log);
  registerRecipesView(context, recipes, log);
  registerMachinesView(context, machines);
  announceFailures(context, machines, consoleView);
  registerLanguage(context, recipes);
  registerImageInspector(context, engine, log);
  registerCommands(context, {
    engine,
    recipes,
    machines,
    consoleView,
    sizesPanel,
    saves,
    builds,
    boots,
    bootChoices: new BootChoices(context),
    problems,
    log,
  });
  // A window reload ends this process, too: running machines wait a while for the next one to take them over.
  end = () => Promise.all([machines.handOver(), builds.stop(), boots.stop()]);
}

/** Leaves no build half done and no machine without an owner. */
export async function deactivate(): Promise<void> {
  await end?.();
}
