import * as vscode from "vscode";
import { redHatYamlIsThere } from "./redHatYaml.ts";
import { recipeSelector } from "./selector.ts";

/** Stages and outputs in the Outline and in Go to Symbol. */
export function registerSymbols(context: vscode.ExtensionContext): void {
  const provider: vscode.DocumentSymbolProvider = {
    async provideDocumentSymbols(document) {
      if (redHatYamlIsThere()) return [];
      const [{ outline }, { recipeSchema }] = await Promise.all([
        import("../../core/recipe/language/outline.ts"),
        import("../../core/recipe/recipeSchema.ts"),
      ]);
      const range = (span: { start: number; end: number }): vscode.Range =>
        new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
      return outline(document.getText(), recipeSchema()).map(item => {
        const kind = item.what === "stage" ? vscode.SymbolKind.Module : vscode.SymbolKind.File;
        const detail = item.name === item.kind ? item.what : `${item.what} ${item.kind}`;
        return new vscode.DocumentSymbol(
          item.name,
          detail,
          kind,
          range(item.range),
          range(item.selectionRange),
        );
      });
    },
  };
  context.subscriptions.push(vscode.languages.registerDocumentSymbolProvider(recipeSelector, provider));
}
