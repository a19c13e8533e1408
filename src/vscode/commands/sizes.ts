import type { Parts } from "./registerCommands.ts";
import { recipeOf } from "./targets.ts";

/** Opens the Sizes panel of a recipe beside its text. */
export async function showSizes(parts: Parts, target: unknown): Promise<void> {
  const recipe = await recipeOf(parts, target);
  if (recipe) await parts.sizesPanel.show(recipe.uri);
}
