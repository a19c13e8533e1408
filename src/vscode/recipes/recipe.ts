import type * as vscode from "vscode";
import type { LastBuild } from "../../core/build/lastBuild.ts";
import type { LoadedItem, LoadedRecipe } from "../../core/recipe/loaded.ts";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { OutputReport } from "../../shared/report.ts";
import type { BuildProgress } from "../builds/buildProgress.ts";
import type { FailedBuild } from "../builds/failedBuild.ts";

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
  /** The recipe as it was when it last had no errors: what is shown while it is typed in. */
  readonly shown: LoadedRecipe | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly choice: OptionChoice;
  /** What the last finished build recorded, if there was one. */
  readonly lastBuild: LastBuild | undefined;
  /** The build that runs now. */
  readonly building: BuildProgress | undefined;
  /** How the last build failed, if it did. */
  readonly failed: FailedBuild | undefined;
}

/** The name shown for a recipe: its own, or the file's while it could never be read. */
export function recipeLabel(recipe: Pick<RecipeState, "uri" | "shown">): string {
  const fileName = recipe.uri.path.slice(recipe.uri.path.lastIndexOf("/") + 1);
  return recipe.shown?.name ?? fileName.replace(/\.whittle\.yaml$/, "");
}

/** Labels that more than one of the recipes has: there, the folder has to be shown as well. */
export function sharedLabels(recipes: readonly Pick<RecipeState, "uri" | "shown">[]): ReadonlySet<string> {
  const labels = recipes.map(recipeLabel);
  return new Set(labels.filter((label, index) => labels.indexOf(label) !== index));
}

/** Every file whose text decides what the recipe is, as far as that is known; absolute. */
export function filesOf({ uri, shown, diagnostics }: RecipeState): ReadonlySet<string> {
  return new Set([uri.fsPath, ...(shown?.files ?? []), ...diagnostics.map(each => each.range.file)]);
}

/** What the last build made of an output: its image, not the kernel that lies beside it. */
export function lastImage({ lastBuild }: RecipeState, output: LoadedItem): OutputReport | undefined {
  return lastBuild?.report.outputs.find(each => each.name === output.name && each.kind === output.kind);
}

/** The same image, compressed for its way to others; absent without `pack`. */
export function lastPacked(recipe: RecipeState, output: LoadedItem): OutputReport | undefined {
  return lastFiles(recipe, output).find(({ kind }) => kind === "packed");
}

/** Every file that the last build made for an output. */
export function lastFiles({ lastBuild }: RecipeState, output: LoadedItem): readonly OutputReport[] {
  return lastBuild?.report.outputs.filter(each => each.name === output.name) ?? [];
}
