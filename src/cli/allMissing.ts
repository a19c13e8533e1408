import { Failure, RecipeInvalid } from "../core/failure.ts";
import type { LoadedRecipe } from "../core/recipe/loaded.ts";

/**
 * Runs what plans a recipe. A plan ends at the first file that is missing; the person hears of all of them at once.
 * @throws RecipeInvalid with every missing file; whatever else `work` throws.
 */
export async function namingAllMissing<T>(recipe: LoadedRecipe, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "input-missing") throw error;
    const { missingInputs } = await import("../core/build/missingInputs.ts");
    const all = await missingInputs(recipe);
    throw all.length === 0 ? error : new RecipeInvalid(all);
  }
}
