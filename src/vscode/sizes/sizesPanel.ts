import * as vscode from "vscode";
import type { Engine } from "../engine.ts";
import { panels } from "../ids.ts";
import { recipeLabel } from "../recipes/recipe.ts";
import type { Recipes } from "../recipes/recipes.ts";
import { SizesSession } from "./sizesSession.ts";

/** The Sizes panels, one a recipe, beside the recipe's text. */
export class SizesPanels implements vscode.WebviewPanelSerializer {
  readonly #context: vscode.ExtensionContext;
  readonly #recipes: Recipes;
  readonly #engine: Engine;
  readonly #log: vscode.LogOutputChannel;
  readonly #open = new Map<string, vscode.WebviewPanel>();

  constructor(
    context: vscode.ExtensionContext,
    recipes: Recipes,
    engine: Engine,
    log: vscode.LogOutputChannel,
  ) {
    this.#context = context;
    this.#recipes = recipes;
    this.#engine = engine;
    this.#log = log;
  }

  /** Opens the panel of `recipe`, or brings it to the front. */
  async show(recipe: vscode.Uri): Promise<void> {
    const state = this.#recipes.get(recipe) ?? (await this.#recipes.reload(recipe));
    const open = this.#open.get(recipe.toString());
    if (open) {
      open.reveal();
      return;
    }
    const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const title = `${state ? recipeLabel(state) : "Recipe"} — Sizes`;
    this.#fill(vscode.window.createWebviewPanel(panels.sizes, title, column), recipe);
  }

  // The webview keeps which recipe it was for; VS Code hands that back after a reload of the window.
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const recipe = recipeOf(state);
    if (!recipe) return panel.dispose();
    await this.#recipes.reload(recipe);
    this.#fill(panel, recipe);
  }

  #fill(panel: vscode.WebviewPanel, recipe: vscode.Uri): void {
    this.#open.set(recipe.toString(), panel);
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.#context.extensionUri, "media", `whittle-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    const session = new SizesSession(panel, recipe, {
      extension: this.#context.extensionUri,
      recipes: this.#recipes,
      engine: this.#engine,
      log: this.#log,
    });
    panel.onDidDispose(() => {
      session.dispose();
      if (this.#open.get(recipe.toString()) === panel) this.#open.delete(recipe.toString());
    });
  }
}

function recipeOf(state: unknown): vscode.Uri | undefined {
  if (typeof state !== "object" || state === null || !("source" in state)) return undefined;
  return typeof state.source === "string" ? vscode.Uri.parse(state.source) : undefined;
}

export function registerSizesPanel(
  context: vscode.ExtensionContext,
  recipes: Recipes,
  engine: Engine,
  log: vscode.LogOutputChannel,
): SizesPanels {
  const sizes = new SizesPanels(context, recipes, engine, log);
  context.subscriptions.push(vscode.window.registerWebviewPanelSerializer(panels.sizes, sizes));
  return sizes;
}
