import { RecipeInvalid } from "../core/failure.ts";
import type { Host } from "../core/host/host.ts";
import { openHost } from "../core/host/openHost.ts";
import { loadRecipe } from "../core/recipe/load.ts";
import type { LoadedRecipe } from "../core/recipe/loaded.ts";
import { resolveRecipePath } from "../core/recipe/recipePath.ts";
import type { CommonOptions } from "./commonOptions.ts";
import { printDiagnostic } from "./printError.ts";

export interface RecipeOptions extends CommonOptions {
  readonly with?: readonly string[];
  readonly without?: readonly string[];
  readonly out?: string;
}

/**
 * The recipe at `path` (a file, or a folder with one recipe in it), its warnings printed.
 * @throws RecipeInvalid with all diagnostics when it has an error.
 */
export async function openRecipe(
  path: string,
  options: RecipeOptions,
): Promise<{ recipe: LoadedRecipe; host: Host }> {
  const file = await resolveRecipePath(path);
  const { recipe, diagnostics } = await loadRecipe({ file, with: options.with, without: options.without });
  if (!recipe) throw new RecipeInvalid(diagnostics);
  for (const each of diagnostics) printDiagnostic(each);
  return { recipe, host: openHost() };
}
