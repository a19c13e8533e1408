import * as vscode from "vscode";
import { showProblem } from "../commands/showProblem.ts";
import { views } from "../ids.ts";
import { KindIcons } from "./kindIcons.ts";
import { OutputBoots } from "./outputBoots.ts";
import { itemOf } from "./recipeItem.ts";
import { childrenOf, type RecipeNode } from "./recipeNodes.ts";
import type { Recipes } from "./recipes.ts";

const repaintPause = 100;

/** The Recipes tree: recipe, its options as checkboxes, its stages and outputs with their sizes. */
export function registerRecipesView(
  context: vscode.ExtensionContext,
  recipes: Recipes,
  log: vscode.LogOutputChannel,
): void {
  const provider = new RecipesTree(recipes, log);
  const view = vscode.window.createTreeView(views.recipes, {
    treeDataProvider: provider,
    showCollapseAll: true,
  });
  context.subscriptions.push(
    view,
    provider,
    view.onDidChangeCheckboxState(event => {
      void flip(recipes, event.items).catch((error: unknown) => showProblem(error, log));
    }),
  );
}

// One after the other: each choice is kept together with those before it.
async function flip(
  recipes: Recipes,
  items: readonly (readonly [RecipeNode, vscode.TreeItemCheckboxState])[],
): Promise<void> {
  for (const [node, state] of items) {
    if (node.kind !== "option") continue;
    await recipes.setOption(node.recipe, node.option.name, state === vscode.TreeItemCheckboxState.Checked);
  }
}

class RecipesTree implements vscode.TreeDataProvider<RecipeNode>, vscode.Disposable {
  readonly #recipes: Recipes;
  readonly #icons = new KindIcons();
  readonly #boots = new OutputBoots();
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #log: vscode.LogOutputChannel;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(recipes: Recipes, log: vscode.LogOutputChannel) {
    this.#recipes = recipes;
    this.#log = log;
    this.#subscriptions = [
      recipes.onDidChange(() => this.#repaintSoon()),
      recipes.onDidProgress(() => this.#repaintSoon()),
    ];
  }

  async #loadKinds(): Promise<void> {
    try {
      const news = await Promise.all([this.#icons.load(), this.#boots.load()]);
      if (news.includes(true)) this.#repaintSoon();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    }
  }

  // A build reports faster than a tree should repaint.
  #repaintSoon(): void {
    if (this.#isDisposed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(undefined);
    }, repaintPause);
  }

  getTreeItem(node: RecipeNode): vscode.TreeItem {
    return itemOf(node, this.#icons, this.#boots);
  }

  getChildren(node?: RecipeNode): RecipeNode[] {
    // Only a tree that shows stages and outputs needs to know about their kinds.
    if (node?.kind === "recipe") void this.#loadKinds();
    return [...childrenOf(this.#recipes.all, node)];
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const each of this.#subscriptions) each.dispose();
    this.#changed.dispose();
  }
}
