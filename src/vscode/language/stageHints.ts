import * as vscode from "vscode";
import { formatBytes } from "../../shared/bytes.ts";
import { lastImage, type RecipeState } from "../recipes/recipe.ts";
import type { Recipes } from "../recipes/recipes.ts";
import { recipeSelector } from "./selector.ts";

/** What each stage and output cost in the last build, at the end of its first line. */
export function registerStageHints(context: vscode.ExtensionContext, recipes: Recipes): void {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.InlayHintsProvider = {
    onDidChangeInlayHints: changed.event,
    provideInlayHints(document, visible) {
      const recipe = recipes.get(document.uri);
      return recipe ? hintsOf(document, recipe).filter(hint => visible.contains(hint.position)) : [];
    },
  };
  context.subscriptions.push(
    changed,
    recipes.onDidChange(() => changed.fire()),
    vscode.languages.registerInlayHintsProvider(recipeSelector, provider),
  );
}

function hintsOf(document: vscode.TextDocument, recipe: RecipeState): vscode.InlayHint[] {
  const { loaded, lastBuild } = recipe;
  if (!loaded || !lastBuild) return [];
  const { stages } = lastBuild.report;
  const at = (
    item: { range: { file: string; start: { line: number } } },
    text: string,
    tooltip: string,
  ): vscode.InlayHint[] => {
    const line = item.range.start.line - 1;
    if (item.range.file !== document.uri.fsPath || line >= document.lineCount) return [];
    const hint = new vscode.InlayHint(document.lineAt(line).range.end, text);
    hint.paddingLeft = true;
    hint.tooltip = tooltip;
    return [hint];
  };
  const stageHints = loaded.stages.flatMap(item => {
    const last = stages.find(each => each.name === item.name);
    if (!last) return [];
    const added = last.addedBytes > 0 ? [`+${formatBytes(last.addedBytes)}`] : [];
    const removed = last.removedBytes > 0 ? [`−${formatBytes(last.removedBytes)}`] : [];
    const text = [...added, ...removed].join(" ");
    return text === ""
      ? []
      : at(item, text, "Bytes of file content that this stage added and removed in the last build");
  });
  const outputHints = loaded.outputs.flatMap(item => {
    const last = lastImage(recipe, item);
    return last ? at(item, formatBytes(last.bytes), `Size of ${last.path}`) : [];
  });
  return [...stageHints, ...outputHints];
}
