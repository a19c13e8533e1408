import * as vscode from "vscode";
import { Failure, RecipeInvalid } from "../../core/failure.ts";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { Recipes } from "../recipes/recipes.ts";
import { afterEdit, type Edit } from "./afterEdit.ts";
import { ShownDiagnostics } from "./shownDiagnostics.ts";

/** What builds complained about, at its places, until the next build of the same recipe. */
export class BuildProblems {
  readonly #ofRecipe = new Map<string, readonly Diagnostic[]>();
  readonly #shown: ShownDiagnostics;

  constructor(context: vscode.ExtensionContext, recipes: Recipes) {
    this.#shown = new ShownDiagnostics(context, "whittle build");
    context.subscriptions.push(
      vscode.workspace.onDidChangeTextDocument(event => this.#edited(event)),
      recipes.onDidChange(changed => {
        if (!changed) this.#keepOnly(new Set(recipes.all.map(each => each.uri.toString())));
      }),
    );
  }

  /** A build of `recipe` begins: what the one before said no longer counts. */
  clear(recipe: vscode.Uri): void {
    if (this.#ofRecipe.delete(recipe.toString())) this.#show();
  }

  add(recipe: vscode.Uri, ...diagnostics: readonly Diagnostic[]): void {
    if (diagnostics.length === 0) return;
    const key = recipe.toString();
    this.#ofRecipe.set(key, [...(this.#ofRecipe.get(key) ?? []), ...diagnostics]);
    this.#show();
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const file = document.uri.fsPath;
    const all = [...this.#ofRecipe.values()].flat();
    if (contentChanges.length === 0 || !all.some(each => each.range.file === file)) return;
    const edits = contentChanges.map(editOf);
    for (const [key, diagnostics] of this.#ofRecipe) {
      const moved = diagnostics.map(each => (each.range.file === file ? afterEdits(each, edits) : each));
      this.#ofRecipe.set(
        key,
        moved.filter(each => each !== undefined),
      );
    }
    this.#show();
  }

  #keepOnly(recipes: ReadonlySet<string>): void {
    const gone = [...this.#ofRecipe.keys()].filter(key => !recipes.has(key));
    for (const key of gone) this.#ofRecipe.delete(key);
    if (gone.length > 0) this.#show();
  }

  #show(): void {
    this.#shown.show([...this.#ofRecipe.values()].flat());
  }
}

/** What a failed build has to say at places of files. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof RecipeInvalid) return error.diagnostics;
  if (!(error instanceof Failure) || !error.range) return [];
  const { code, message, advice, range } = error;
  return [{ range, severity: "error", code, message, advice }];
}

function afterEdits(diagnostic: Diagnostic, edits: readonly Edit[]): Diagnostic | undefined {
  let moved: Diagnostic | undefined = diagnostic;
  for (const edit of edits) moved = moved && afterEdit(moved, edit);
  return moved;
}

function editOf({ range: { start, end }, text }: vscode.TextDocumentContentChangeEvent): Edit {
  return {
    start: { line: start.line + 1, column: start.character + 1 },
    end: { line: end.line + 1, column: end.character + 1 },
    text,
  };
}
