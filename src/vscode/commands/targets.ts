import { dirname } from "node:path";
import * as vscode from "vscode";
import { outFolder } from "../../core/build/lastBuild.ts";
import { Failure } from "../../core/failure.ts";
import { isRecipe } from "../recipes/changes.ts";
import { type RecipeState, recipeLabel } from "../recipes/recipe.ts";
import type { Parts } from "./registerCommands.ts";

/**
 * The recipe a command is about: the tree's node, the machine or the file it was called on, else the active editor's,
 * else the only one, else the one the person picks. Undefined when they pick none.
 * @throws Failure `no-recipe`, `file-missing`
 */
export async function recipeOf(
  { recipes, machines }: Parts,
  target: unknown,
): Promise<RecipeState | undefined> {
  const id = machineId(target);
  const machine = id === undefined ? undefined : machines.get(id);
  const bootedFrom = machine && recipes.all.find(each => isOf(each, machine.spec.logFile));
  const uri = bootedFrom?.uri ?? uriOf(target) ?? activeRecipe();
  if (uri) {
    const recipe = recipes.get(uri) ?? (await recipes.reload(uri));
    if (recipe) return recipe;
    throw new Failure("file-missing", `There is no recipe ${uri.fsPath} any more.`);
  }
  if (recipes.all.length === 0) await recipes.search();
  if (recipes.all.length === 0) {
    throw new Failure("no-recipe", "There is no recipe in this folder.", {
      advice: "Create one with the command Whittle: New Recipe.",
    });
  }
  return pickRecipe(recipes.all, undefined, "Which recipe?");
}

/** The one of `recipes` that a command was called on, else the only one, else the one the person picks. */
export async function pickRecipe(
  recipes: readonly RecipeState[],
  target: unknown,
  question: string,
): Promise<RecipeState | undefined> {
  const uri = uriOf(target);
  if (uri) return recipes.find(each => each.uri.toString() === uri.toString());
  if (recipes.length <= 1) return recipes[0];
  const picks = recipes.map(recipe => ({
    label: recipeLabel(recipe),
    description: vscode.workspace.asRelativePath(recipe.uri),
    recipe,
  }));
  return (await vscode.window.showQuickPick(picks, { placeHolder: question }))?.recipe;
}

// Its log lies in the out folder of the recipe that it was booted from.
function isOf({ shown }: RecipeState, logFile: string): boolean {
  return shown !== undefined && outFolder(shown) === dirname(logFile);
}

/** The id of a machine's node in the tree. */
export function machineId(target: unknown): string | undefined {
  if (typeof target !== "object" || target === null || !("id" in target)) return undefined;
  return typeof target.id === "string" ? target.id : undefined;
}

/** The recipe's file that a tree node is about, or the file itself. */
export function uriOf(target: unknown): vscode.Uri | undefined {
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
