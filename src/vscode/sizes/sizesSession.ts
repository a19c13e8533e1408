import * as vscode from "vscode";
import { Channel } from "../../shared/protocol/channel.ts";
import {
  type BuiltSizes,
  type SizesState,
  sizesToHost,
  sizesToWebview,
} from "../../shared/protocol/sizes.ts";
import type { Engine } from "../engine.ts";
import { commands } from "../ids.ts";
import { type RecipeState, recipeLabel } from "../recipes/recipe.ts";
import type { Recipes } from "../recipes/recipes.ts";
import { fillWebview, portOf } from "../webviewHtml.ts";
import { builtSizesOf } from "./builtSizes.ts";
import { staleReason } from "./stale.ts";

export interface SizesSessionParts {
  readonly extension: vscode.Uri;
  readonly recipes: Recipes;
  readonly engine: Engine;
  readonly log: vscode.LogOutputChannel;
}

/** Keeps one Sizes panel in step with its recipe and that recipe's last build. */
export class SizesSession implements vscode.Disposable {
  readonly #recipe: vscode.Uri;
  readonly #parts: SizesSessionParts;
  readonly #channel: Channel<typeof sizesToWebview, typeof sizesToHost>;
  readonly #subscription: vscode.Disposable;
  #built: { readonly key: string; readonly sizes: BuiltSizes } | undefined;
  #sent = "";
  #turn = 0;

  constructor(panel: vscode.WebviewPanel, recipe: vscode.Uri, parts: SizesSessionParts) {
    this.#recipe = recipe;
    this.#parts = parts;
    this.#channel = new Channel(portOf(panel.webview), sizesToWebview, sizesToHost, {
      report: problem => parts.log.warn(`Sizes panel: ${problem}`),
      opensWith: "state",
    });
    this.#channel.handle("state", () => this.#state());
    this.#channel.on("copy", ({ text }) => void vscode.env.clipboard.writeText(text));
    this.#channel.on("build", () => void vscode.commands.executeCommand(commands.build, recipe));
    this.#channel.on("openRecipe", () => void vscode.commands.executeCommand(commands.openRecipe, recipe));
    this.#channel.on("revealOutput", ({ path }) => this.#reveal(path));
    this.#subscription = parts.recipes.onDidChange(changed => {
      if (!changed || changed.uri.toString() === recipe.toString()) void this.#update();
    });
    fillWebview(panel.webview, parts.extension, "sizes", panel.title);
  }

  // A running build reports many times a second; only what the panel would show differently is sent.
  async #update(): Promise<void> {
    const turn = ++this.#turn;
    const state = await this.#state();
    const essence = JSON.stringify([state.phase, state.problem, state.stale, this.#built?.key]);
    if (turn !== this.#turn || essence === this.#sent) return;
    this.#sent = essence;
    this.#channel.send("state", state);
  }

  async #state(): Promise<SizesState> {
    const recipe = this.#parts.recipes.get(this.#recipe);
    const source = this.#recipe.toString();
    if (!recipe) return { recipe: "", source, phase: "loading" };
    const name = recipeLabel(recipe);
    try {
      const built = await this.#builtSizes(recipe);
      const stale = built ? await staleReason(recipe, this.#parts.engine) : undefined;
      const phase = recipe.building ? "building" : built ? "ready" : "not-built";
      return { recipe: name, source, phase, built, stale };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { recipe: name, source, phase: "failed", problem: { message } };
    }
  }

  async #builtSizes(recipe: RecipeState): Promise<BuiltSizes | undefined> {
    const { lastBuild } = recipe;
    if (!lastBuild) return undefined;
    const key = `${lastBuild.treeKey} ${lastBuild.finishedAt}`;
    if (this.#built?.key === key) return this.#built.sizes;
    const sizes = await builtSizesOf(lastBuild, await this.#parts.engine.host());
    this.#built = sizes && { key, sizes };
    return sizes;
  }

  // Only files that the panel itself was told about: a message is no order to open anything else.
  #reveal(path: string): void {
    const known = this.#built?.sizes.outputs.some(output => output.path === path);
    if (known) void vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(path));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#channel.dispose();
  }
}
