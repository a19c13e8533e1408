import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";
import { isRecipe } from "../recipes/changes.ts";
import { type RecipeState, recipeLabel } from "../recipes/recipe.ts";
import type { Recipes } from "../recipes/recipes.ts";

/**
 * The recipe a command is about: the tree's node or the file it was called on, else the active editor's,
 * else the only one, else the one the person picks. Undefined when they pick none.
 */
export async function recipeOf(recipes: Recipes, target: unknown): Promise<RecipeState | undefined> {
  const uri = uriOf(target) ?? activeRecipe();
  if (uri) return recipes.get(uri) ?? (await recipes.reload(uri));
  if (recipes.all.length === 0) await recipes.search();
  const all = recipes.all;
  if (all.length === 0) {
    throw new Failure("no-recipe", "There is no recipe in this folder.", {
      advice: "Create one with the command Whittle: New Recipe.",
    });
  }
  if (all.length === 1) return all[0];
  const picks = all.map(recipe => ({
    label: recipeLabel(recipe),
    description: vscode.workspace.asRelativePath(recipe.uri),
    recipe,
  }));
  return (await vscode.window.showQuickPick(picks, { placeHolder: "Which recipe?" }))?.recipe;
}

function uriOf(target: unknown): vscode.Uri | undefined {
  if (target instanceof vscode.Uri) return target;
  if (typeof target !== "object" || target === null || !("recipe" in target)) return undefined;
  const { recipe } = target;
  return typeof recipe === "object" && recipe !== null && "uri" in recipe && recipe.uri instanceof vscode.Uri
    ? recipe.uri
    : undefined;
}

function activeRecipe(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri && isRecipe(uri) ? uri : undefined;
}

/** Throws, with the way out, in a workspace that is not trusted: everything that runs a tool asks here first. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Failure("not-trusted", "This workspace is not trusted, so nothing in it is built or booted.", {
    advice: "Trust it with the command Workspaces: Manage Workspace Trust.",
  });
}
