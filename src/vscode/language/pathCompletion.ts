import { dirname, resolve } from "node:path";
import * as vscode from "vscode";

/** Files and folders that continue the path in `range`, which starts at the recipe's folder. */
export async function pathCompletions(
  document: vscode.TextDocument,
  range: vscode.Range,
): Promise<vscode.CompletionItem[]> {
  const typed = document.getText(range).replace(/^["']|["']$/g, "");
  const folderText = typed.slice(0, typed.lastIndexOf("/") + 1);
  const folder = vscode.Uri.file(resolve(dirname(document.uri.fsPath), folderText || "."));
  const entries = await listFolder(folder);
  return entries.map(([name, type]) => {
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    const item = new vscode.CompletionItem(
      name,
      isFolder ? vscode.CompletionItemKind.Folder : vscode.CompletionItemKind.File,
    );
    item.insertText = `${folderText}${name}${isFolder ? "/" : ""}`;
    item.filterText = `${folderText}${name}`;
    item.range = range;
    if (isFolder) item.command = { command: "editor.action.triggerSuggest", title: "Go on into the folder" };
    return item;
  });
}

async function listFolder(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return (await vscode.workspace.fs.readDirectory(folder)).filter(([name]) => name !== "out");
  } catch {
    // A folder that does not exist (yet) has nothing to offer.
    return [];
  }
}
