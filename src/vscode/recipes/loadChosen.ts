import * as vscode from "vscode";
import type { LoadResult } from "../../core/recipe/loaded.ts";
import type { OptionChoice } from "./recipe.ts";

/** Loads a recipe as the person sees it: from editors with unsaved changes, with the options they chose. */
export async function loadChosen(uri: vscode.Uri, choice: OptionChoice): Promise<LoadResult> {
  const { loadRecipe } = await import("../../core/recipe/load.ts");
  const request = { file: uri.fsPath, texts: unsavedTexts() };
  const plain = await loadRecipe(request);
  // A choice remembered for an option that the recipe no longer has must not make the recipe invalid.
  const known = new Set(plain.recipe?.options.map(option => option.name));
  const [chosen, refused] = [choice.with, choice.without].map(names => names.filter(name => known.has(name)));
  return chosen?.length || refused?.length
    ? loadRecipe({ ...request, with: chosen, without: refused })
    : plain;
}

function unsavedTexts(): ReadonlyMap<string, string> {
  const unsaved = vscode.workspace.textDocuments.filter(
    document => document.isDirty && document.uri.scheme === "file",
  );
  return new Map(unsaved.map(document => [document.uri.fsPath, document.getText()]));
}
