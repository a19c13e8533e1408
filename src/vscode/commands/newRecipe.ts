import * as vscode from "vscode";
import { recipeTemplate } from "./recipeTemplate.ts";

// What `name` of a recipe may be.
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;

/** Asks for a name and opens a new recipe that builds and boots as it is. */
export async function newRecipe(): Promise<void> {
  const folder = await targetFolder();
  if (!folder) return;
  const answer = await vscode.window.showInputBox({
    title: "New Recipe",
    prompt: "Name of the image. The file will be NAME.whittle.yaml.",
    value: "tiny",
    validateInput: value =>
      namePattern.test(value)
        ? undefined
        : "Use at most 64 letters, digits, dots, dashes, underscores and plus signs.",
  });
  const name = answer?.replace(/\.whittle\.yaml$/, "");
  if (!name) return;
  const uri = vscode.Uri.joinPath(folder, `${name}.whittle.yaml`);
  if (await exists(uri)) {
    void vscode.window.showWarningMessage(`${vscode.workspace.asRelativePath(uri)} is there already.`);
  } else {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(recipeTemplate(name)));
  }
  await vscode.window.showTextDocument(uri);
}

async function targetFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    const open = "Open Folder";
    const text = "Open a folder first: a recipe is a file in it.";
    const chosen = await vscode.window.showWarningMessage(text, open);
    if (chosen === open) await vscode.commands.executeCommand("workbench.action.files.openFolder");
    return undefined;
  }
  if (folders.length === 1) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
