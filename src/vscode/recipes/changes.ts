import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { recipeGlob } from "../ids.ts";

const typingPause = 200;

export interface ChangeListeners {
  /** A recipe was typed in, saved, created, deleted, opened, closed, or changed by another program. */
  readonly changed: (uri: vscode.Uri) => void;
  /** Which recipes there are may have changed. */
  readonly listChanged: () => void;
}

/** Notices that a recipe may have changed. */
export class Changes implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #pending = new Map<string, NodeJS.Timeout>();
  readonly #outside = new Map<string, vscode.Disposable>();
  readonly #listeners: ChangeListeners;

  constructor(listeners: ChangeListeners) {
    this.#listeners = listeners;
    const document = ({ uri }: vscode.TextDocument): void => {
      if (isRecipe(uri)) this.#soon(uri);
    };
    const { listChanged } = listeners;
    this.#subscriptions.push(
      this.#watch(recipeGlob),
      vscode.workspace.onDidChangeTextDocument(event => document(event.document)),
      vscode.workspace.onDidOpenTextDocument(document),
      vscode.workspace.onDidCloseTextDocument(document),
      vscode.workspace.onDidChangeWorkspaceFolders(listChanged),
      // Of a folder that goes, no watcher names the files in it.
      vscode.workspace.onDidDeleteFiles(listChanged),
      vscode.workspace.onDidRenameFiles(listChanged),
    );
  }

  /** Watches these files as well where they lie outside of the workspace, and no others there. */
  watchOutside(files: ReadonlySet<string>): void {
    const outside = [...files].filter(file => !vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)));
    for (const [file, watcher] of this.#outside) {
      if (outside.includes(file)) continue;
      watcher.dispose();
      this.#outside.delete(file);
    }
    for (const file of outside) {
      if (this.#outside.has(file)) continue;
      const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(file)), basename(file));
      this.#outside.set(file, this.#watch(pattern));
    }
  }

  #watch(pattern: vscode.GlobPattern): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const soon = (uri: vscode.Uri): void => this.#soon(uri);
    watcher.onDidChange(soon);
    watcher.onDidCreate(soon);
    watcher.onDidDelete(soon);
    return watcher;
  }

  #soon(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#pending.get(key));
    this.#pending.set(
      key,
      setTimeout(() => {
        this.#pending.delete(key);
        this.#listeners.changed(uri);
      }, typingPause),
    );
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    for (const each of [...this.#outside.values(), ...this.#subscriptions]) each.dispose();
  }
}

export function isRecipe(uri: vscode.Uri): boolean {
  return uri.scheme === "file" && uri.path.endsWith(".whittle.yaml");
}
