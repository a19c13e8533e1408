import type * as vscode from "vscode";

/** An AbortController that follows VS Code's token. */
export function abortOn(token: vscode.CancellationToken): AbortController {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new DOMException("Cancelled by the person", "AbortError"));
  if (token.isCancellationRequested) abort();
  else token.onCancellationRequested(abort);
  return controller;
}
