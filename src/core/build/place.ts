import { Failure } from "../failure.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";
import type { Place } from "../stages/stage.ts";

/** Where a stage or output was written: its base folder, and failures that point into its parameters. */
export function placeOf(item: LoadedItem, recipe: Pick<LoadedRecipe, "name" | "version" | "arch">): Place {
  return {
    baseDir: item.baseDir,
    arch: recipe.arch,
    recipe: { name: recipe.name, version: recipe.version },
    fail: (code, message, details = {}) =>
      new Failure(code, message, {
        advice: details.advice,
        range: item.locate(details.at ?? []),
        cause: details.cause,
      }),
  };
}
