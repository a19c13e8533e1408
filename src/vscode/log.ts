import * as vscode from "vscode";

/** The "Whittle" channel of the Output panel. */
export function openLog(context: vscode.ExtensionContext): vscode.LogOutputChannel {
  const log = vscode.window.createOutputChannel("Whittle", { log: true });
  context.subscriptions.push(log);
  return log;
}
