import * as vscode from "vscode";
import { setContext } from "../contextKeys.ts";
import { contexts, recipeGlob } from "../ids.ts";
import { Changes, isRecipe } from "./changes.ts";
import { loadChosen } from "./loadChosen.ts";
import { OptionChoices } from "./optionChoices.ts";
import { filesOf, type RecipeState } from "./recipe.ts";

const elsewhere = "**/{node_modules,out}/**";
const elsewherePath = /(^|\/)(node_modules|out)\//;

/** Every recipe of the workspace and of the editors, kept up to date with both, the disk and the builds. */
export class Recipes implements vscode.Disposable {
  readonly #recipes = new Map<string, RecipeState>();
  readonly #changes: Changes;
  readonly #choices: OptionChoices;
  readonly #changed = new vscode.EventEmitter<RecipeState | undefined>();
  readonly #progressed = new vscode.EventEmitter<vscode.Uri>();
  /** Fires with the recipe that changed, or undefined when the list did. */
  readonly onDidChange = this.#changed.event;
  /** Fires many times a second while a recipe is built. */
  readonly onDidProgress = this.#progressed.event;
  readonly #log: vscode.LogOutputChannel;
  /** Of each recipe, how often it was read and the newest reading: an older one that ends later must not undo it. */
  readonly #readings = new Map<
    string,
    { readonly count: number; newest: Promise<RecipeState | undefined> }
  >();

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#choices = new OptionChoices(context.workspaceState);
    this.#changes = new Changes({
      changed: uri => void this.#fileChanged(uri),
      listChanged: () => void this.search(),
    });
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
    const inFolders = await vscode.workspace.findFiles(recipeGlob, elsewhere);
    const inEditors = vscode.workspace.textDocuments.map(document => document.uri).filter(isRecipe);
    const uris = new Map([...inFolders, ...inEditors].map(uri => [uri.toString(), uri]));
    for (const known of this.#recipes.keys()) if (!uris.has(known)) this.#recipes.delete(known);
    await Promise.all([...uris.values()].map(uri => this.reload(uri)));
    this.#announce(undefined);
    setContext(contexts.searched, true);
  }

  /**
   * Reads one recipe again; it leaves the list when its file is gone.
   * @returns how it is now: the newest reading's result, also when that began after this one
   */
  reload(uri: vscode.Uri): Promise<RecipeState | undefined> {
    const key = uri.toString();
    const count = (this.#readings.get(key)?.count ?? 0) + 1;
    const newest = this.#reading(uri, count);
    this.#readings.set(key, { count, newest });
    return newest;
  }

  async #reading(uri: vscode.Uri, count: number): Promise<RecipeState | undefined> {
    const key = uri.toString();
    const state = await this.#read(uri).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#log.debug(`${uri.fsPath} cannot be read: ${why}`);
      return undefined;
    });
    const newer = this.#readings.get(key);
    if (newer && newer.count !== count) return newer.newest;
    const before = this.get(uri);
    if (state) {
      this.#recipes.set(key, { ...state, building: before?.building, failed: before?.failed });
      this.#announce(this.get(uri));
    } else if (this.#recipes.delete(key)) this.#announce(undefined);
    return this.get(uri);
  }

  async #read(uri: vscode.Uri): Promise<RecipeState> {
    await vscode.workspace.fs.stat(uri);
    const { loadLastBuild } = await import("../../core/build/lastBuild.ts");
    const choice = this.#choices.of(uri);
    const { recipe, diagnostics } = await loadChosen(uri, choice);
    const before = this.get(uri);
    const lastBuild = recipe ? await loadLastBuild(recipe) : before?.lastBuild;
    const shown = recipe ?? before?.shown;
    return {
      uri,
      loaded: recipe,
      shown,
      diagnostics,
      choice,
      lastBuild,
      building: undefined,
      failed: undefined,
    };
  }

  // What extends the file changes with it; a recipe with errors may have waited for just this file.
  async #fileChanged(uri: vscode.Uri): Promise<void> {
    if (!this.#belongs(uri) && this.#recipes.delete(uri.toString())) this.#announce(undefined);
    const affected = this.all.filter(each => !each.loaded || filesOf(each).has(uri.fsPath));
    const uris = new Map(affected.map(each => [each.uri.toString(), each.uri]));
    if (this.#belongs(uri)) uris.set(uri.toString(), uri);
    await Promise.all([...uris.values()].map(each => this.reload(each)));
  }

  // As search() finds them.
  #belongs(uri: vscode.Uri): boolean {
    const isOpen = vscode.workspace.textDocuments.some(each => each.uri.toString() === uri.toString());
    if (isOpen || !vscode.workspace.getWorkspaceFolder(uri)) return isOpen;
    return !elsewherePath.test(vscode.workspace.asRelativePath(uri, false));
  }

  /** Switches an option of a recipe, as its checkbox in the tree does. */
  async setOption(recipe: RecipeState, name: string, enabled: boolean): Promise<void> {
    const byDefault = recipe.shown?.options.find(option => option.name === name)?.default ?? false;
    await this.#choices.set(recipe.uri, name, enabled, byDefault);
    await this.reload(recipe.uri);
  }

  /** Notes that a build began or ended, and tells everyone. */
  update(uri: vscode.Uri, change: Pick<RecipeState, "building" | "failed">): void {
    const before = this.get(uri);
    if (!before) return;
    const state = { ...before, ...change };
    this.#recipes.set(uri.toString(), state);
    this.#announce(state);
  }

  /** Tells those who watch closely that the build of a recipe went on. */
  progressed(uri: vscode.Uri): void {
    this.#progressed.fire(uri);
  }

  #announce(changed: RecipeState | undefined): void {
    const { all } = this;
    this.#changes.watchOutside(new Set(all.flatMap(each => [...filesOf(each)])));
    setContext(contexts.hasRecipes, all.length > 0);
    setContext(
      contexts.building,
      all.some(each => each.building),
    );
    this.#changed.fire(changed);
  }

  dispose(): void {
    this.#changes.dispose();
    this.#changed.dispose();
    this.#progressed.dispose();
  }
}
