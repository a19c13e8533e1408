import * as vscode from "vscode";
import { documents } from "../ids.ts";
import { lastImage } from "../recipes/recipe.ts";
import type { RecipeNode } from "../recipes/recipeNodes.ts";

/** Shows what a unified kernel image holds, in a document that nobody can change. */
export async function inspectImage(target: unknown): Promise<void> {
  const image = target instanceof vscode.Uri ? target : (imageOf(target) ?? (await pick()));
  if (!image) return;
  const uri = vscode.Uri.from({ scheme: documents.inspection, path: `${image.fsPath}.txt` });
  changed.fire(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}

const changed = new vscode.EventEmitter<vscode.Uri>();

/** Provides the text of such documents. */
export function registerInspections(context: vscode.ExtensionContext): void {
  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    async provideTextDocumentContent({ path }, token) {
      const [{ inspectUki }, { ukiText }, { abortOn }] = await Promise.all([
        import("../../core/analysis/inspectUki.ts"),
        import("../../core/analysis/ukiText.ts"),
        import("./abortOn.ts"),
      ]);
      return ukiText(await inspectUki(path.replace(/\.txt$/, ""), abortOn(token).signal));
    },
  };
  context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(documents.inspection, provider),
  );
}

function imageOf(target: unknown): vscode.Uri | undefined {
  const node = target as RecipeNode | undefined;
  if (node?.kind !== "output") return undefined;
  const path = lastImage(node.recipe, node.item)?.path;
  return path === undefined ? undefined : vscode.Uri.file(path);
}

async function pick(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: "Which unified kernel image?",
    filters: { "EFI programs": ["efi"], "All files": ["*"] },
  });
  return chosen?.[0];
}
