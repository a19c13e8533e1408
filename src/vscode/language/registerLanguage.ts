import type * as vscode from "vscode";
import type { Recipes } from "../recipes/recipes.ts";
import { registerCompletion } from "./completion.ts";
import { registerHover } from "./hover.ts";
import { registerLenses } from "./lenses.ts";
import { showRecipeProblems } from "./recipeProblems.ts";
import { registerStageHints } from "./stageHints.ts";
import { registerSymbols } from "./symbols.ts";

/** Completion, hover, problems, code lenses, outline and stage sizes of recipe files. */
export function registerLanguage(context: vscode.ExtensionContext, recipes: Recipes): void {
  showRecipeProblems(context, recipes);
  registerCompletion(context);
  registerHover(context);
  registerLenses(context, recipes);
  registerSymbols(context);
  registerStageHints(context, recipes);
}
