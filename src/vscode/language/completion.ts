import * as vscode from "vscode";
import type { CompletionEntry, CompletionKind } from "../../core/recipe/language/completion.ts";
import type { Span } from "../../core/recipe/sourceDocument.ts";
import { pathCompletions } from "./pathCompletion.ts";
import { redHatYamlIsThere } from "./redHatYaml.ts";
import { recipeSelector } from "./selector.ts";

const kinds: Record<CompletionKind, vscode.CompletionItemKind> = {
  property: vscode.CompletionItemKind.Property,
  stage: vscode.CompletionItemKind.Module,
  output: vscode.CompletionItemKind.File,
  value: vscode.CompletionItemKind.Value,
  option: vscode.CompletionItemKind.Variable,
  snippet: vscode.CompletionItemKind.Snippet,
};

/** Completion of recipes: keys, kinds, values, option and output names, and paths of this computer. */
export function registerCompletion(context: vscode.ExtensionContext): void {
  const provider: vscode.CompletionItemProvider = {
    async provideCompletionItems(document, position) {
      const [{ completeRecipe }, { recipeSchema }] = await Promise.all([
        import("../../core/recipe/language/completeRecipe.ts"),
        import("../../core/recipe/recipeSchema.ts"),
      ]);
      const { items, path } = completeRecipe(document.getText(), document.offsetAt(position), recipeSchema());
      // The Red Hat extension offers what the schema says; names of this very recipe and paths it does not know.
      const ours = redHatYamlIsThere() ? items.filter(each => each.kind === "option") : items;
      const paths = path ? await pathCompletions(document, rangeOf(document, path.replace)) : [];
      return [...ours.map(each => itemOf(document, position, each)), ...paths];
    },
  };
  context.subscriptions.push(
    vscode.languages.registerCompletionItemProvider(recipeSelector, provider, " ", "-", "/", "{", "\n"),
  );
}

function itemOf(
  document: vscode.TextDocument,
  position: vscode.Position,
  entry: CompletionEntry,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(
    { label: entry.label, description: entry.detail ?? "" },
    kinds[entry.kind],
  );
  item.insertText = new vscode.SnippetString(entry.insertText);
  item.sortText = entry.sortText;
  if (entry.documentation) item.documentation = new vscode.MarkdownString(entry.documentation);
  const replacing = rangeOf(document, entry.replace);
  // What is typed so far is replaced by both; what follows the cursor only when the person asks to replace.
  item.range = { inserting: new vscode.Range(replacing.start, position), replacing };
  if (entry.continues) item.command = { command: "editor.action.triggerSuggest", title: "Go on" };
  item.filterText = filterText(document, replacing, position, entry.label);
  return item;
}

// VS Code filters by the text in front of the cursor inside the range; quotes there must not hide everything.
function filterText(
  document: vscode.TextDocument,
  range: vscode.Range,
  position: vscode.Position,
  label: string,
): string {
  const typed = document.getText(new vscode.Range(range.start, position));
  return /^["']/.test(typed) ? `${typed[0]}${label}` : label;
}

function rangeOf(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
