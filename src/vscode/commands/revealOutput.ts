import { lastImage } from "../recipes/recipe.ts";
import type { RecipeNode } from "../recipes/recipeNodes.ts";
import { revealFile } from "./revealFile.ts";

/** Shows an output's file in the file manager. */
export async function revealOutput(target: unknown): Promise<void> {
  const node = target as RecipeNode | undefined;
  if (node?.kind !== "output") return;
  const path = lastImage(node.recipe, node.item)?.path;
  if (path) await revealFile(path);
}
