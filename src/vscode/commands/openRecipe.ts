import * as vscode from "vscode";
import type { Position } from "../../shared/diagnostic.ts";

/** Opens a recipe file, at `position` (counted from 1) when given one. */
export async function openRecipe(target: unknown, position: unknown): Promise<void> {
  const uri = target instanceof vscode.Uri ? target : uriOfNode(target);
  if (!uri) return;
  const options: vscode.TextDocumentShowOptions = {};
  if (isPosition(position)) {
    const at = new vscode.Position(position.line - 1, position.column - 1);
    options.selection = new vscode.Range(at, at);
  }
  await vscode.window.showTextDocument(uri, options);
}

function uriOfNode(target: unknown): vscode.Uri | undefined {
  if (typeof target !== "object" || target === null || !("recipe" in target)) return undefined;
  const recipe = target.recipe;
  return typeof recipe === "object" && recipe !== null && "uri" in recipe && recipe.uri instanceof vscode.Uri
    ? recipe.uri
    : undefined;
}

function isPosition(value: unknown): value is Position {
  return (
    typeof value === "object" &&
    value !== null &&
    "line" in value &&
    "column" in value &&
    typeof value.line === "number"
  );
}
