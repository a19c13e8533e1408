import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";
import { toDiagnostic } from "./ranges.ts";

let collection: vscode.DiagnosticCollection | undefined;

/** Registers where failures of builds are shown until the next build of the same recipe. */
export function registerBuildProblems(context: vscode.ExtensionContext): void {
  collection = vscode.languages.createDiagnosticCollection("whittle build");
  context.subscriptions.push(
    collection,
    vscode.workspace.onDidChangeTextDocument(event => collection?.delete(event.document.uri)),
  );
}

/** Marks the range a build failed at; with `undefined`, forgets what was marked for `recipe`. */
export function showBuildFailure(recipe: vscode.Uri, error: unknown): void {
  collection?.delete(recipe);
  if (!(error instanceof Failure) || !error.range) return;
  const { code, message, advice, range } = error;
  collection?.set(vscode.Uri.file(range.file), [
    toDiagnostic({ range, severity: "error", code, message, advice }),
  ]);
}
