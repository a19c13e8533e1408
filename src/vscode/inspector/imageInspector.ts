import * as vscode from "vscode";
import type { Engine } from "../engine.ts";
import { editors } from "../ids.ts";
import { InspectorSession } from "./inspectorSession.ts";

/** The read-only editor that shows what an image holds. */
export function registerImageInspector(
  context: vscode.ExtensionContext,
  engine: Engine,
  log: vscode.LogOutputChannel,
): void {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: uri => ({ uri, dispose: () => undefined }),
    resolveCustomEditor({ uri }, panel) {
      const session = new InspectorSession(uri, panel, { extension: context.extensionUri, engine, log });
      panel.onDidDispose(() => session.dispose());
    },
  };
  for (const editor of Object.values(editors)) {
    context.subscriptions.push(vscode.window.registerCustomEditorProvider(editor, provider));
  }
}
