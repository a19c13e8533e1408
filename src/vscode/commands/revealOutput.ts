import * as vscode from "vscode";
import type { RecipeNode } from "../recipes/recipeNodes.ts";

/** Shows an output's file in the file manager of the desktop. */
export async function revealOutput(target: unknown): Promise<void> {
  const path = pathOf(target);
  if (path) await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(path));
}

function pathOf(target: unknown): string | undefined {
  const node = target as RecipeNode | undefined;
  if (node?.kind !== "output") return undefined;
  return node.recipe.lastBuild?.report.outputs.find(output => output.name === node.item.name)?.path;
}
