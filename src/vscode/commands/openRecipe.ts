import * as vscode from "vscode";
import type { Position } from "../../shared/diagnostic.ts";
import { uriOf } from "./targets.ts";

/** Opens a recipe file, at `position` (counted from 1) when given one. */
export async function openRecipe(target: unknown, position: unknown): Promise<void> {
  const uri = uriOf(target);
  if (!uri) return;
  const options: vscode.TextDocumentShowOptions = {};
  if (isPosition(position)) {
    const at = new vscode.Position(Math.max(0, position.line - 1), Math.max(0, position.column - 1));
    options.selection = new vscode.Range(at, at);
  }
  await vscode.window.showTextDocument(uri, options);
}

function isPosition(value: unknown): value is Position {
  return (
    typeof value === "object" &&
    value !== null &&
    "line" in value &&
    "column" in value &&
    typeof value.line === "number" &&
    typeof value.column === "number"
  );
}
