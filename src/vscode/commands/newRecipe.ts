import * as vscode from "vscode";
import { recipeTemplate } from "./recipeTemplate.ts";

/** Asks for a name and opens a new recipe that builds and boots as it is. */
export async function newRecipe(): Promise<void> {
  const folder = await targetFolder();
  if (!folder) return;
  const name = await vscode.window.showInputBox({
    title: "New Recipe",
    prompt: "Name of the image. The file will be NAME.whittle.yaml.",
    value: "tiny",
    validateInput: value =>
      /^[a-z0-9][a-z0-9._-]*$/i.test(value)
        ? undefined
        : "Use letters, digits, dots, dashes and underscores.",
  });
  if (!name) return;
  const uri = vscode.Uri.joinPath(folder, `${name}.whittle.yaml`);
  if (await exists(uri)) {
    await vscode.window.showWarningMessage(`${vscode.workspace.asRelativePath(uri)} is there already.`);
  } else {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(recipeTemplate(name)));
  }
  await vscode.window.showTextDocument(uri);
}

async function targetFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    await vscode.window.showWarningMessage("Open a folder first: a recipe is a file in it.");
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
