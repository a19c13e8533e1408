import * as vscode from "vscode";

/** Shows a file in the file manager of the desktop; where VS Code runs elsewhere than the files, in the Explorer. */
export async function revealFile(path: string): Promise<void> {
  const isElsewhere = vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
  const command = isElsewhere ? "revealInExplorer" : "revealFileInOS";
  await vscode.commands.executeCommand(command, vscode.Uri.file(path));
}
