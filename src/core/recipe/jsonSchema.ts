import { recipeSchema } from "./recipeSchema.ts";
import { type JsonSchema, toJsonSchema } from "./toJsonSchema.ts";

/** The JSON Schema (draft-07, self-contained) of recipe files with every registered kind. */
export function jsonSchema(): JsonSchema {
  return toJsonSchema(recipeSchema());
}
