import * as vscode from "vscode";
import type { LoadResult } from "../../core/recipe/loaded.ts";
import { contexts, recipeGlob } from "../ids.ts";
import { Changes } from "./changes.ts";
import { OptionChoices } from "./optionChoices.ts";
import type { OptionChoice, RecipeState } from "./recipe.ts";

/** Every recipe of the workspace, kept up to date with the editors, the disk and the builds. */
export class Recipes implements vscode.Disposable {
  readonly #recipes = new Map<string, RecipeState>();
  readonly #changes: Changes;
  readonly #choices: OptionChoices;
  readonly #changed = new vscode.EventEmitter<RecipeState | undefined>();
  /** Fires with the recipe that changed, or undefined when the list did. */
  readonly onDidChange = this.#changed.event;
  readonly #log: vscode.LogOutputChannel;
  /** Counts the readings of each recipe: one that took longer than a later one must not undo it. */
  readonly #readings = new Map<string, number>();

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#choices = new OptionChoices(context.workspaceState);
    this.#changes = new Changes(
      uri => void this.reload(uri),
      () => void this.search(),
    );
    context.subscriptions.push(this);
    void this.search();
  }

  /** Sorted by path. */
  get all(): readonly RecipeState[] {
    return [...this.#recipes.values()].sort((a, b) => (a.uri.path < b.uri.path ? -1 : 1));
  }

  get(uri: vscode.Uri): RecipeState | undefined {
    return this.#recipes.get(uri.toString());
  }

  /** Looks for recipe files anew. */
  async search(): Promise<void> {
    const uris = await vscode.workspace.findFiles(recipeGlob, "**/{node_modules,out}/**");
    const found = new Set(uris.map(String));
    for (const known of this.#recipes.keys()) if (!found.has(known)) this.#recipes.delete(known);
    await Promise.all(uris.map(uri => this.reload(uri)));
    this.#changed.fire(undefined);
    await vscode.commands.executeCommand("setContext", contexts.searched, true);
  }

  /** Reads one recipe again; it leaves the list when its file is gone. */
  async reload(uri: vscode.Uri): Promise<RecipeState | undefined> {
    const key = uri.toString();
    const reading = (this.#readings.get(key) ?? 0) + 1;
    this.#readings.set(key, reading);
    const state = await this.#read(uri).catch((error: unknown) => {
      this.#log.debug(
        `${uri.fsPath} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    });
    if (this.#readings.get(key) !== reading) return this.get(uri);
    if (state) {
      this.#recipes.set(key, { ...state, building: this.get(uri)?.building });
      this.#changed.fire(this.get(uri));
    } else if (this.#recipes.delete(key)) this.#changed.fire(undefined);
    return this.get(uri);
  }

  async #read(uri: vscode.Uri): Promise<RecipeState> {
    await vscode.workspace.fs.stat(uri);
    const { loadLastBuild } = await import("../../core/build/lastBuild.ts");
    const choice = this.#choices.of(uri);
    const { recipe, diagnostics } = await loadChosen(uri, choice);
    const lastBuild = recipe ? await loadLastBuild(recipe) : this.get(uri)?.lastBuild;
    return { uri, loaded: recipe, diagnostics, choice, lastBuild, building: undefined };
  }

  /** Switches an option of a recipe, as its checkbox in the tree does. */
  async setOption(recipe: RecipeState, name: string, enabled: boolean): Promise<void> {
    const byDefault = recipe.loaded?.options.find(option => option.name === name)?.default ?? false;
    await this.#choices.set(recipe.uri, name, enabled, byDefault);
    await this.reload(recipe.uri);
  }

  /** Puts parts of a recipe's state in place and tells everyone. */
  update(uri: vscode.Uri, change: Partial<Pick<RecipeState, "building" | "lastBuild">>): void {
    const before = this.get(uri);
    if (!before) return;
    const state = { ...before, ...change };
    this.#recipes.set(uri.toString(), state);
    this.#changed.fire(state);
  }

  dispose(): void {
    this.#changes.dispose();
    this.#changed.dispose();
  }
}

// A choice remembered for an option that the recipe no longer has must not make the recipe invalid.
async function loadChosen(uri: vscode.Uri, choice: OptionChoice): Promise<LoadResult> {
  const { loadRecipe } = await import("../../core/recipe/load.ts");
  const request = { file: uri.fsPath, texts: unsavedTexts() };
  const plain = await loadRecipe(request);
  const known = new Set(plain.recipe?.options.map(option => option.name));
  const [chosen, refused] = [choice.with, choice.without].map(names => names.filter(name => known.has(name)));
  return chosen?.length || refused?.length
    ? loadRecipe({ ...request, with: chosen, without: refused })
    : plain;
}

/** Texts of YAML editors with unsaved changes: a recipe is what the person sees. */
export function unsavedTexts(): ReadonlyMap<string, string> {
  const unsaved = vscode.workspace.textDocuments.filter(
    document => document.isDirty && document.uri.scheme === "file",
  );
  return new Map(unsaved.map(document => [document.uri.fsPath, document.getText()]));
}
