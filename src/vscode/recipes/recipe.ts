import type * as vscode from "vscode";
import type { LastBuild } from "../../core/build/lastBuild.ts";
import type { LoadedRecipe } from "../../core/recipe/loaded.ts";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { BuildProgress } from "./buildProgress.ts";

/** Options as the person flipped them in the tree; names that differ from the recipe's defaults. */
export interface OptionChoice {
  readonly with: readonly string[];
  readonly without: readonly string[];
}

/** A recipe file of the workspace and what is known about it. Replaced, never changed, when something happens. */
export interface RecipeState {
  readonly uri: vscode.Uri;
  /** The recipe as it is in the editor or on disk; absent while it has errors. */
  readonly loaded: LoadedRecipe | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly choice: OptionChoice;
  /** What the last finished build recorded, if there was one. */
  readonly lastBuild: LastBuild | undefined;
  /** The build that runs now. */
  readonly building: BuildProgress | undefined;
}

/** The name shown for a recipe: its own, or the file's while it cannot be read. */
export function recipeLabel(recipe: RecipeState): string {
  return (
    recipe.loaded?.name ??
    recipe.uri.path
      .split("/")
      .at(-1)
      ?.replace(/\.whittle\.yaml$/, "") ??
    recipe.uri.path
  );
}
