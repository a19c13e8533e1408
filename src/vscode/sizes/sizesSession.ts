import * as vscode from "vscode";
import { Channel } from "../../shared/protocol/channel.ts";
import {
  type BuiltSizes,
  type SizesState,
  sizesToHost,
  sizesToWebview,
} from "../../shared/protocol/sizes.ts";
import { revealFile } from "../commands/revealFile.ts";
import { showProblem } from "../commands/showProblem.ts";
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

/** Keeps one Sizes panel in step with its recipe, the files that it uses, and that recipe's last build. */
export class SizesSession implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #recipe: vscode.Uri;
  readonly #parts: SizesSessionParts;
  readonly #channel: Channel<typeof sizesToWebview, typeof sizesToHost>;
  readonly #subscriptions: readonly vscode.Disposable[];
  #built: { readonly key: string; readonly sizes: BuiltSizes } | undefined;
  #sent = "";
  /** Ends the looking around of an update that a later one overtook. */
  #turn = new AbortController();

  constructor(panel: vscode.WebviewPanel, recipe: vscode.Uri, parts: SizesSessionParts) {
    this.#panel = panel;
    this.#recipe = recipe;
    this.#parts = parts;
    this.#channel = new Channel(portOf(panel.webview), sizesToWebview, sizesToHost, {
      report: problem => parts.log.warn(`Sizes panel: ${problem}`),
      opensWith: "state",
    });
    this.#channel.handle("state", async () => this.#state(new AbortController().signal));
    this.#channel.on("copy", ({ text }) => void vscode.env.clipboard.writeText(text));
    this.#channel.on("build", () => void vscode.commands.executeCommand(commands.build, recipe));
    this.#channel.on("openRecipe", () => void vscode.commands.executeCommand(commands.openRecipe, recipe));
    this.#channel.on("revealOutput", ({ path }) => this.#reveal(path));
    const update = (): void => void this.#update();
    this.#subscriptions = [
      parts.recipes.onDidChange(changed => {
        if (!changed || changed.uri.toString() === recipe.toString()) update();
      }),
      // Whatever was saved, here or elsewhere, may be a file that a stage takes in.
      vscode.workspace.onDidSaveTextDocument(update),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && update()),
      panel.onDidChangeViewState(update),
    ];
    fillWebview(panel.webview, parts.extension, "sizes", panel.title);
  }

  // Only what the panel would show differently is sent; a hidden one is gone and asks when it comes back.
  async #update(): Promise<void> {
    this.#turn.abort();
    if (!this.#panel.visible) return;
    const turn = new AbortController();
    this.#turn = turn;
    const state = await this.#state(turn.signal);
    if (turn.signal.aborted) return;
    const essence = JSON.stringify([state.recipe, state.phase, state.problem, state.stale, this.#built?.key]);
    if (essence === this.#sent) return;
    this.#sent = essence;
    this.#panel.title = `${state.recipe} — Sizes`;
    this.#channel.send("state", state);
  }

  async #state(signal: AbortSignal): Promise<SizesState> {
    const recipe = this.#parts.recipes.get(this.#recipe);
    const source = this.#recipe.toString();
    if (!recipe) {
      const name = recipeLabel({ uri: this.#recipe, shown: undefined });
      const message = `There is no recipe ${this.#recipe.fsPath} any more.`;
      return { recipe: name, source, phase: "failed", problem: { message } };
    }
    const name = recipeLabel(recipe);
    try {
      const built = await this.#builtSizes(recipe);
      const stale = built ? await staleReason(recipe, this.#parts.engine, signal) : undefined;
      return { recipe: name, source, ...phaseOf(recipe, built), built, stale };
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
    if (known) void revealFile(path).catch((error: unknown) => showProblem(error, this.#parts.log));
  }

  dispose(): void {
    this.#turn.abort();
    for (const each of this.#subscriptions) each.dispose();
    this.#channel.dispose();
  }
}

function phaseOf(
  { building, failed }: RecipeState,
  built: BuiltSizes | undefined,
): Pick<SizesState, "phase" | "problem"> {
  if (building) return { phase: "building" };
  if (failed) return { phase: "failed", problem: { message: failed.message, advice: failed.advice } };
  return { phase: built ? "ready" : "not-built" };
}
