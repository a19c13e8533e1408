import * as vscode from "vscode";
import type { OutputReport } from "../../shared/report.ts";
import { lastImage } from "../recipes/recipe.ts";
import type { RecipeNode } from "../recipes/recipeNodes.ts";
import { revealFile } from "./revealFile.ts";

const statusMs = 5000;

/** Shows an output's file in the file manager. */
export async function revealOutput(target: unknown): Promise<void> {
  const file = outputFile(target);
  if (file) await revealFile(file.path);
}

export async function copyOutputPath(target: unknown): Promise<void> {
  const file = outputFile(target);
  if (file) await copy(file.path, "Path");
}

/** Copies the sha256 of an output's file, in hex. */
export async function copyChecksum(target: unknown): Promise<void> {
  const file = outputFile(target);
  if (file) await copy(file.sha256, "sha256");
}

/** The file that a node of the tree is about: the output's image, or the one file. */
export function outputFile(target: unknown): OutputReport | undefined {
  const node = target as RecipeNode | undefined;
  if (node?.kind === "file") return node.file;
  return node?.kind === "output" ? lastImage(node.recipe, node.item) : undefined;
}

async function copy(text: string, what: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) ${what} copied`, statusMs);
}
