import * as vscode from "vscode";
import type { RecipeCode } from "../../core/recipe/recipeCodes.ts";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { Recipes } from "../recipes/recipes.ts";
import { redHatYamlIsThere } from "./redHatYaml.ts";
import { ShownDiagnostics } from "./shownDiagnostics.ts";

// What a checker of YAML and JSON Schema says as well as we do. What it says of an unknown kind helps nobody.
const schemaCodes: ReadonlySet<string> = new Set<RecipeCode>([
  "yaml-syntax",
  "tab-indent",
  "duplicate-key",
  "unknown-key",
  "missing-key",
  "wrong-type",
  "wrong-value",
  "out-of-range",
  "wrong-length",
  "repeated-entry",
]);

/** Problems of recipes on their exact ranges, as the person types; also in the files they extend. */
export function showRecipeProblems(context: vscode.ExtensionContext, recipes: Recipes): void {
  const shown = new ShownDiagnostics(context, "whittle");
  const show = (): void => shown.show(recipes.all.flatMap(recipe => recipe.diagnostics.filter(isOurs)));
  context.subscriptions.push(recipes.onDidChange(show), vscode.extensions.onDidChange(show));
  show();
}

function isOurs(each: Diagnostic): boolean {
  return !redHatYamlIsThere() || !schemaCodes.has(each.code);
}
