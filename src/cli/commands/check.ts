import { diagnosticOf } from "../../core/build/failureOf.ts";
import { missingInputs } from "../../core/build/missingInputs.ts";
import { loadRecipe } from "../../core/recipe/load.ts";
import { resolveRecipePath } from "../../core/recipe/recipePath.ts";
import { sameNameProblem } from "../../core/recipe/sameName.ts";
import { writeJson } from "../json.ts";
import type { RecipeOptions } from "../openRecipe.ts";
import { flat, printDiagnostic } from "../printError.ts";

/** `whittle check`: every problem of the recipe at its place; nothing is run. Exit code 2 when there is an error. */
export async function check(path: string, options: RecipeOptions): Promise<number> {
  const file = await resolveRecipePath(path);
  const loaded = await loadRecipe({ file, with: options.with, without: options.without });
  const missing = loaded.recipe ? await missingInputs(loaded.recipe) : [];
  const taken = loaded.recipe && diagnosticOf(await sameNameProblem(loaded.recipe));
  if (taken) missing.push(taken);
  const recipe = missing.length === 0 ? loaded.recipe : undefined;
  const diagnostics = [...loaded.diagnostics, ...missing];
  if (options.json) writeJson({ result: "check", diagnostics: diagnostics.map(flat) });
  else {
    for (const each of diagnostics) printDiagnostic(each);
    if (recipe)
      process.stdout.write(
        `${recipe.name}: ${counted(recipe.stages, "stage")}, ${counted(recipe.outputs, "output")}, no errors\n`,
      );
  }
  return recipe ? 0 : 2;
}

function counted(all: readonly unknown[], what: string): string {
  return `${all.length} ${what}${all.length === 1 ? "" : "s"}`;
}
