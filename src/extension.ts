import type * as vscode from "vscode";
import { registerCommands } from "./vscode/commands/registerCommands.ts";
import { registerConsoleView } from "./vscode/console/consoleView.ts";
import { Engine } from "./vscode/engine.ts";
import { registerLanguage } from "./vscode/language/registerLanguage.ts";
import { openLog } from "./vscode/log.ts";
import { Machines } from "./vscode/machines/machines.ts";
import { registerMachinesView } from "./vscode/machines/machinesView.ts";
import { Recipes } from "./vscode/recipes/recipes.ts";
import { registerRecipesView } from "./vscode/recipes/recipesView.ts";
import { registerSizesPanel } from "./vscode/sizes/sizesPanel.ts";

let machines: Machines | undefined;

/** Wires the pieces together; everything heavy is loaded by the first action that needs it. */
export function activate(context: vscode.ExtensionContext): void {
  const log = openLog(context);
  const engine = new Engine(context);
  const recipes = new Recipes(context, log);
  machines = new Machines(context, engine, log);
  const consoleView = registerConsoleView(context, machines, log);
  const sizesPanel = registerSizesPanel(context, recipes, engine, log);
  registerRecipesView(context, recipes);
  registerMachinesView(context, machines);
  registerLanguage(context, recipes);
  registerCommands(context, { engine, recipes, machines, consoleView, sizesPanel, log });
}

/** A window reload ends this process, too: running machines wait a while for the next one to take them over. */
export async function deactivate(): Promise<void> {
  await machines?.handOver();
}
