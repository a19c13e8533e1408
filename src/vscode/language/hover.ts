import * as vscode from "vscode";
import { redHatYamlIsThere } from "./redHatYaml.ts";
import { recipeSelector } from "./selector.ts";

/** What a key or value of a recipe means, with units and defaults. */
export function registerHover(context: vscode.ExtensionContext): void {
  const provider: vscode.HoverProvider = {
    async provideHover(document, position) {
      if (redHatYamlIsThere()) return undefined;
      const [{ hoverRecipe }, { recipeSchema }] = await Promise.all([
        import("../../core/recipe/language/hoverRecipe.ts"),
        import("../../core/recipe/recipeSchema.ts"),
      ]);
      const hover = hoverRecipe(document.getText(), document.offsetAt(position), recipeSchema());
      if (!hover) return undefined;
      const { start, end } = hover.range;
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      return new vscode.Hover(new vscode.MarkdownString(hover.contents), range);
    },
  };
  context.subscriptions.push(vscode.languages.registerHoverProvider(recipeSelector, provider));
}
