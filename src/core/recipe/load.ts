import { outputKinds } from "../outputs/index.ts";
import { stageKinds } from "../stages/index.ts";
import type { LoadRequest, LoadResult } from "./loaded.ts";
import { loadRecipeIn } from "./loadRecipeIn.ts";
import { recipeSchema } from "./recipeSchema.ts";

/**
 * Loads a recipe with all that it extends: parsed, checked, merged, options applied. Never rejects for a recipe
 * that is wrong or missing: all that is wrong is in `diagnostics`, each at its place.
 */
export function loadRecipe(request: LoadRequest): Promise<LoadResult> {
  return loadRecipeIn({ schema: recipeSchema(), stages: stageKinds, outputs: outputKinds }, request);
}
