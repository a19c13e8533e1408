import { outputKinds } from "../outputs/index.ts";
import { stageKinds } from "../stages/index.ts";
import { buildRecipeSchema, type RecipeSchema } from "./buildSchema.ts";

export type { Boot, BootSource } from "./bootSchema.ts";
export type { ItemSource, RecipeSchema, RecipeSource } from "./buildSchema.ts";

let built: RecipeSchema | undefined;

/** The schema of recipe files with every registered kind; built once per process. */
export function recipeSchema(): RecipeSchema {
  built ??= buildRecipeSchema(stageKinds, outputKinds);
  return built;
}
