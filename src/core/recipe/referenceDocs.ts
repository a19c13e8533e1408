import { recipeSchema } from "./recipeSchema.ts";
import { toReferenceDocs } from "./toReferenceDocs.ts";

/** The recipe reference in Markdown (docs/recipe.md), with every registered kind. */
export function referenceDocs(): string {
  return toReferenceDocs(recipeSchema());
}
