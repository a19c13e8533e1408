import * as vscode from "vscode";
import type { RecipeCode } from "../../core/recipe/recipeCodes.ts";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { Recipes } from "../recipes/recipes.ts";
import { toDiagnostic } from "./ranges.ts";
import { redHatYamlIsThere } from "./redHatYaml.ts";

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
  const collection = vscode.languages.createDiagnosticCollection("whittle");
  const show = (): void => {
    collection.clear();
    const byFile = new Map<string, Map<string, Diagnostic>>();
    for (const recipe of recipes.all) {
      for (const each of recipe.diagnostics.filter(isOurs)) {
        const file = byFile.get(each.range.file) ?? new Map<string, Diagnostic>();
        // Two recipes that extend one file report its problems once.
        file.set(JSON.stringify([each.range.start, each.code, each.message]), each);
        byFile.set(each.range.file, file);
      }
    }
    for (const [file, problems] of byFile)
      collection.set(vscode.Uri.file(file), [...problems.values()].map(toDiagnostic));
  };
  context.subscriptions.push(collection, recipes.onDidChange(show), vscode.extensions.onDidChange(show));
  show();
}

function isOurs(each: Diagnostic): boolean {
  return !redHatYamlIsThere() || !schemaCodes.has(each.code);
}
