import * as vscode from "vscode";
import { editors } from "../ids.ts";
import { outputFile } from "./outputFile.ts";

/** Opens the inspector on an image: that of a node of the tree, a file, or one the person picks. */
export async function inspectImage(target: unknown): Promise<void> {
  const file = outputFile(target);
  const image = target instanceof vscode.Uri ? target : file ? vscode.Uri.file(file.path) : await pick();
  if (!image) return;
  const editor = /\.(img|raw|vmdk)$/i.test(image.path) ? editors.rawImage : editors.image;
  await vscode.commands.executeCommand("vscode.openWith", image, editor);
}

async function pick(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: "Which image?",
    openLabel: "Inspect",
    filters: {
      Images: ["efi", "iso", "qcow2", "img", "raw", "vmdk", "vdi", "vhdx", "squashfs", "erofs"],
      "All files": ["*"],
    },
  });
  return chosen?.[0];
}
