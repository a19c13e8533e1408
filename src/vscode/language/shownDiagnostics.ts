import * as vscode from "vscode";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import { toDiagnostic } from "./ranges.ts";

/** A collection of diagnostics that is always replaced as a whole, and touches only the files that changed. */
export class ShownDiagnostics {
  readonly #collection: vscode.DiagnosticCollection;
  readonly #shown = new Map<string, string>();

  constructor(context: vscode.ExtensionContext, name: string) {
    this.#collection = vscode.languages.createDiagnosticCollection(name);
    context.subscriptions.push(this.#collection);
  }

  /** Shows just these; what is there twice is shown once. */
  show(diagnostics: readonly Diagnostic[]): void {
    const byFile = new Map<string, Map<string, Diagnostic>>();
    for (const file of this.#shown.keys()) byFile.set(file, new Map());
    for (const each of diagnostics) {
      const ofFile = byFile.get(each.range.file) ?? new Map<string, Diagnostic>();
      ofFile.set(JSON.stringify([each.range, each.code, each.message]), each);
      byFile.set(each.range.file, ofFile);
    }
    for (const [file, ofFile] of byFile) {
      const essence = JSON.stringify([...ofFile.values()]);
      if (this.#shown.get(file) === essence) continue;
      if (ofFile.size > 0) this.#shown.set(file, essence);
      else this.#shown.delete(file);
      this.#collection.set(vscode.Uri.file(file), [...ofFile.values()].map(toDiagnostic));
    }
  }
}
