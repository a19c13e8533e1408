import * as vscode from "vscode";
import { recipeGlob } from "../ids.ts";

const typingPause = 200;

/** Notices that a recipe may have changed: typed, saved, created, deleted, or changed by another program. */
export class Changes implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #pending = new Map<string, NodeJS.Timeout>();
  readonly #changed: (uri: vscode.Uri) => void;

  constructor(changed: (uri: vscode.Uri) => void, listChanged: () => void) {
    this.#changed = changed;
    const watcher = vscode.workspace.createFileSystemWatcher(recipeGlob);
    this.#subscriptions.push(
      watcher,
      watcher.onDidChange(uri => this.#soon(uri)),
      watcher.onDidCreate(uri => this.#soon(uri)),
      watcher.onDidDelete(uri => this.#soon(uri)),
      vscode.workspace.onDidChangeTextDocument(event => {
        if (isRecipe(event.document.uri)) this.#soon(event.document.uri);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(listChanged),
    );
  }

  #soon(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#pending.get(key));
    this.#pending.set(
      key,
      setTimeout(() => {
        this.#pending.delete(key);
        this.#changed(uri);
      }, typingPause),
    );
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    for (const each of this.#subscriptions) each.dispose();
  }
}

export function isRecipe(uri: vscode.Uri): boolean {
  return uri.scheme === "file" && uri.path.endsWith(".whittle.yaml");
}
