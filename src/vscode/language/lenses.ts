import * as vscode from "vscode";
import { commands } from "../ids.ts";
import { recipeSelector } from "./selector.ts";

const actions = [
  ["$(tools) Build", commands.build],
  ["$(play) Boot", commands.boot],
  ["$(graph) Sizes", commands.sizes],
] as const;

/** Build | Boot | Sizes above a recipe's first line of content. */
export function registerLenses(context: vscode.ExtensionContext): void {
  const provider: vscode.CodeLensProvider = {
    provideCodeLenses(document) {
      const line = firstKeyLine(document);
      const range = new vscode.Range(line, 0, line, 0);
      return actions.map(
        ([title, command]) => new vscode.CodeLens(range, { title, command, arguments: [document.uri] }),
      );
    },
  };
  context.subscriptions.push(vscode.languages.registerCodeLensProvider(recipeSelector, provider));
}

function firstKeyLine(document: vscode.TextDocument): number {
  for (let line = 0; line < document.lineCount; line++) {
    const { text } = document.lineAt(line);
    if (/^[\w-]/.test(text)) return line;
  }
  return 0;
}
