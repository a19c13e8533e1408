import { basename, extname } from "node:path";
import * as vscode from "vscode";
import type { BootWay } from "../../core/build/bootChoices.ts";
import type { LoadedItem } from "../../core/recipe/loaded.ts";
import { formatBytes } from "../../shared/bytes.ts";
import type { OutputReport } from "../../shared/report.ts";
import { items } from "../ids.ts";
import { firmwareName } from "./firmwareName.ts";
import { lastImage, lastPacked, type RecipeState } from "./recipe.ts";

const inspectedKinds: ReadonlySet<string> = new Set(["uki", "iso", "disk", "squashfs", "erofs"]);

/** What stands beside an output: its size, packed as well, and what starts it. */
export function outputFacts(recipe: RecipeState, output: LoadedItem, way: BootWay | undefined): string {
  const image = lastImage(recipe, output);
  const packed = lastPacked(recipe, output);
  const size = image ? formatBytes(image.bytes) : "";
  const after = packed ? ` → ${formatBytes(packed.bytes)} ${extname(packed.path).slice(1)}` : "";
  const firmware = way?.canBoot ? way.firmware.map(firmwareName).join(", ") : "";
  return [`${size}${after}`, firmware].filter(Boolean).join(" · ");
}

/** All that is known of an output: its file, exact sizes, checksum, how it is booted or why it is not. */
export function outputTooltip(
  recipe: RecipeState,
  output: LoadedItem,
  way: BootWay | undefined,
): vscode.MarkdownString {
  const image = lastImage(recipe, output);
  const packed = lastPacked(recipe, output);
  const text = new vscode.MarkdownString();
  const lines = [
    ...(output.description ? [output.description] : []),
    ...(image ? [image.path, exactly(image)] : ["Not built yet."]),
    ...(packed ? [`Packed: ${basename(packed.path)}, ${exactly(packed)}${share(packed)}`] : []),
    bootLine(way),
  ];
  for (const line of lines) if (line !== "") text.appendText(line).appendMarkdown("\n\n");
  if (image) text.appendMarkdown("sha256").appendCodeblock(image.sha256, "text");
  return text;
}

function exactly({ bytes }: OutputReport): string {
  return `${formatBytes(bytes)} (${bytes.toLocaleString("en")} bytes)`;
}

function share({ bytes, unpackedBytes }: OutputReport): string {
  return unpackedBytes ? `, ${((100 * bytes) / unpackedBytes).toFixed(0)} % of it` : "";
}

function bootLine(way: BootWay | undefined): string {
  if (!way) return "";
  if (!way.canBoot) return `Cannot be booted: ${way.why}`;
  if (way.firmware.length === 0) return "Boots with the kernel that QEMU loads for it.";
  return `Boots by itself, by ${way.firmware.map(firmwareName).join(" or ")}.`;
}

/** Tells the menus what can be done with an output. */
export function outputContext(recipe: RecipeState, output: LoadedItem, way: BootWay | undefined): string {
  const isBuilt = lastImage(recipe, output) !== undefined;
  const flags = [
    isBuilt && "built",
    way?.canBoot && "boot",
    way?.canBoot && way.firmware.length > 1 && "firmware",
    isBuilt && inspectedKinds.has(output.kind) && "inspect",
    output.kind === "oci" && "push",
  ];
  return [items.output, ...flags.filter(Boolean)].join(".");
}

/** A file of an output that has several: the image, the same packed, the kernel and initrd it is booted with. */
export function fileItem(file: OutputReport): vscode.TreeItem {
  const item = new vscode.TreeItem(basename(file.path), vscode.TreeItemCollapsibleState.None);
  const role = roles[file.kind];
  item.description = [formatBytes(file.bytes), role?.name].filter(Boolean).join(" · ");
  item.iconPath = new vscode.ThemeIcon(role?.icon ?? "file-binary");
  item.contextValue = inspectedKinds.has(file.kind) ? items.fileWithAll : `${items.file}.built`;
  const text = new vscode.MarkdownString();
  text.appendText(file.path).appendMarkdown("\n\n").appendText(exactly(file));
  item.tooltip = text.appendMarkdown("\n\nsha256").appendCodeblock(file.sha256, "text");
  return item;
}

const roles: Readonly<Record<string, { readonly name: string; readonly icon: string }>> = {
  packed: { name: "packed", icon: "file-zip" },
  kernel: { name: "kernel", icon: "file-binary" },
  initrd: { name: "initrd", icon: "archive" },
  cmdline: { name: "kernel command line", icon: "file-text" },
};
