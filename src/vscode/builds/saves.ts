import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";

/** What was saved in this window: a build reads files from disk, and what the person sees must be what is built. */
export class Saves {
  #count = 0;

  constructor(context: vscode.ExtensionContext) {
    context.subscriptions.push(vscode.workspace.onDidSaveTextDocument(() => this.#count++));
  }

  /** Grows with every save. */
  get count(): number {
    return this.#count;
  }

  /**
   * Saves the editors with files that a build of a recipe may read: all of the workspace, and `files`.
   * @throws Failure `not-saved`
   */
  async saveFor(files: readonly string[]): Promise<void> {
    const dirty = vscode.workspace.textDocuments.filter(
      ({ isDirty, uri }) =>
        isDirty &&
        uri.scheme === "file" &&
        (files.includes(uri.fsPath) || vscode.workspace.getWorkspaceFolder(uri) !== undefined),
    );
    const saved = await Promise.all(dirty.map(async document => ({ document, ok: await document.save() })));
    const left = saved.filter(({ ok, document }) => !ok && document.isDirty);
    if (left.length === 0) return;
    const names = left.map(({ document }) => vscode.workspace.asRelativePath(document.uri)).join(", ");
    throw new Failure("not-saved", `Not saved, so a build would not see it: ${names}.`, {
      advice: "Save it, or revert it, and try again.",
    });
  }
}
