import * as vscode from "vscode";
import { commands } from "../ids.ts";
import type { Recipes } from "../recipes/recipes.ts";
import { recipeSelector } from "./selector.ts";

type Action = readonly [title: string, command: string];

const actions: readonly Action[] = [
  ["$(tools) Build", commands.build],
  ["$(play) Boot", commands.boot],
  ["$(graph) Sizes", commands.sizes],
];
// Behind the others: a second click on Build must not hit it.
const cancel: Action = ["$(debug-stop) Cancel Build", commands.cancelBuild];
// The command says why, and offers the way out.
const untrusted: Action = ["$(workspace-untrusted) Build and boot wait for trust", commands.build];

const settled = 1000;

/** Build | Boot | Sizes above a recipe's first line of content. */
export function registerLenses(context: vscode.ExtensionContext, recipes: Recipes): void {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const line = firstKeyLine(document);
      const range = new vscode.Range(line, 0, line, 0);
      const isBuilding = recipes.get(document.uri)?.building !== undefined;
      const offered = isBuilding ? [...actions, cancel] : actions;
      return (vscode.workspace.isTrusted ? offered : [untrusted]).map(
        ([title, command]) => new vscode.CodeLens(range, { title, command, arguments: [document.uri] }),
      );
    },
  };
  const building = (): string =>
    recipes.all
      .filter(each => each.building)
      .map(each => each.uri.toString())
      .join("\n");
  let shown = building();
  // An editor that still waits for its last lenses may take the answer of before; it is told once more.
  let again: NodeJS.Timeout | undefined;
  context.subscriptions.push(
    changed,
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    recipes.onDidChange(() => {
      if (shown === building()) return;
      shown = building();
      changed.fire();
      clearTimeout(again);
      again = setTimeout(() => changed.fire(), settled);
    }),
    { dispose: () => clearTimeout(again) },
    vscode.languages.registerCodeLensProvider(recipeSelector, provider),
  );
}

function firstKeyLine(document: vscode.TextDocument): number {
  for (let line = 0; line < document.lineCount; line++) {
    const { text } = document.lineAt(line);
    if (/^[\w-]/.test(text)) return line;
  }
  return 0;
}
