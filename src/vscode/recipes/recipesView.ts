import * as vscode from "vscode";
import { views } from "../ids.ts";
import { KindIcons } from "./kindIcons.ts";
import { itemOf } from "./recipeItem.ts";
import { childrenOf, type RecipeNode } from "./recipeNodes.ts";
import type { Recipes } from "./recipes.ts";

const repaintPause = 100;

/** The Recipes tree: recipe, its options as checkboxes, its stages and outputs with their sizes. */
export function registerRecipesView(context: vscode.ExtensionContext, recipes: Recipes): void {
  const provider = new RecipesTree(recipes);
  const view = vscode.window.createTreeView(views.recipes, {
    treeDataProvider: provider,
    showCollapseAll: true,
  });
  context.subscriptions.push(
    view,
    provider,
    view.onDidChangeCheckboxState(async event => {
      for (const [node, state] of event.items) {
        if (node.kind !== "option") continue;
        await recipes.setOption(
          node.recipe,
          node.option.name,
          state === vscode.TreeItemCheckboxState.Checked,
        );
      }
    }),
  );
}

class RecipesTree implements vscode.TreeDataProvider<RecipeNode>, vscode.Disposable {
  readonly #recipes: Recipes;
  readonly #icons = new KindIcons();
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(recipes: Recipes) {
    this.#recipes = recipes;
    this.#subscription = recipes.onDidChange(() => this.#repaintSoon());
    void this.#icons.load().then(() => this.#repaintSoon());
  }

  // A build reports faster than a tree should repaint.
  #repaintSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(undefined);
    }, repaintPause);
  }

  getTreeItem(node: RecipeNode): vscode.TreeItem {
    return itemOf(node, this.#icons);
  }

  getChildren(node?: RecipeNode): RecipeNode[] {
    return [...childrenOf(this.#recipes.all, node)];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
