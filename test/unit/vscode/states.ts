import type { LoadedItem, LoadedOption, LoadedRecipe } from "../../../src/core/recipe/loaded.ts";
import type { SourceRange } from "../../../src/shared/diagnostic.ts";
import type { RecipeState } from "../../../src/vscode/recipes/recipe.ts";

/** As much of a vscode.Uri as the states look at. */
export function uriOf(path: string): RecipeState["uri"] {
  return { path, fsPath: path, scheme: "file", toString: () => `file://${path}` } as RecipeState["uri"];
}

/** Whole lines `from` to `to` of a file. */
export function lines(file: string, from: number, to: number): SourceRange {
  return { file, start: { line: from, column: 1 }, end: { line: to, column: 80 } };
}

export function item(name: string, range: SourceRange): LoadedItem {
  const baseDir = "/w";
  return { kind: name, name, description: undefined, parameters: {}, baseDir, range, locate: () => range };
}

export function recipeWith(file: string, parts: Partial<LoadedRecipe> = {}): LoadedRecipe {
  return {
    file,
    name: "tiny",
    description: undefined,
    arch: "x86_64",
    version: undefined,
    options: [],
    stages: [],
    outputs: [],
    boot: {} as LoadedRecipe["boot"],
    files: [file],
    locate: () => lines(file, 1, 1),
    ...parts,
  };
}

export function option(name: string, enabled = false): LoadedOption {
  return { name, description: undefined, default: false, enabled };
}

/** A recipe without errors that was never built. */
export function stateOf(loaded: LoadedRecipe, parts: Partial<RecipeState> = {}): RecipeState {
  return {
    uri: uriOf(loaded.file),
    loaded,
    shown: loaded,
    diagnostics: [],
    choice: { with: [], without: [] },
    lastBuild: undefined,
    building: undefined,
    failed: undefined,
    ...parts,
  };
}
