import { dirname } from "node:path";
import * as vscode from "vscode";
import { formatBytes } from "../../shared/bytes.ts";
import type { SourceRange } from "../../shared/diagnostic.ts";
import type { WorkState } from "../builds/buildProgress.ts";
import { commands, items } from "../ids.ts";
import type { KindIcons } from "./kindIcons.ts";
import type { OutputBoots } from "./outputBoots.ts";
import { fileItem, outputContext, outputFacts, outputTooltip } from "./outputItem.ts";
import { lastFiles, type RecipeState, recipeLabel } from "./recipe.ts";
import { idOf, type RecipeNode } from "./recipeNodes.ts";
import { errorIcon, failureTooltip, stageCost, stateIcon, stateText } from "./workLook.ts";

type NodeOf<Kind extends RecipeNode["kind"]> = Extract<RecipeNode, { kind: Kind }>;

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** How a node of the Recipes tree looks. */
export function itemOf(node: RecipeNode, icons: KindIcons, boots: OutputBoots): vscode.TreeItem {
  const item = draw(node, icons, boots);
  item.id = idOf(node);
  return item;
}

function draw(node: RecipeNode, icons: KindIcons, boots: OutputBoots): vscode.TreeItem {
  switch (node.kind) {
    case "recipe":
      return recipeItem(node);
    case "group":
      return groupItem(node);
    case "option":
      return optionItem(node);
    case "stage":
      return stageItem(node, icons);
    case "output":
      return outputItem(node, icons, boots);
    case "file":
      return fileItem(node.file);
  }
}

function recipeItem({ recipe, needsPlace, isOneOfMany }: NodeOf<"recipe">): vscode.TreeItem {
  const opened = isOneOfMany ? Collapsed : Expanded;
  const item = new vscode.TreeItem(recipeLabel(recipe), recipe.shown ? opened : None);
  const { building, failed } = recipe;
  const errors = recipe.diagnostics.filter(each => each.severity === "error");
  const place = needsPlace ? vscode.workspace.asRelativePath(dirname(recipe.uri.fsPath)) : "";
  item.resourceUri = recipe.uri;
  item.contextValue = building ? items.recipeBuilding : items.recipe;
  item.tooltip = recipeTooltip(recipe);
  const look = (icon: vscode.ThemeIcon, text: string): void => {
    item.iconPath = icon;
    item.description = [place, text].filter(Boolean).join(" · ");
  };
  if (building) look(new vscode.ThemeIcon("loading~spin"), `building ${building.percent} %`);
  else if (errors.length > 0) {
    look(errorIcon, errors.length === 1 ? "1 error" : `${errors.length} errors`);
    item.command = openAt(recipe.uri, errors[0]?.range);
    item.tooltip = failureTooltip(errors[0]?.message ?? "", errors[0]?.advice);
  } else if (failed) {
    look(errorIcon, "build failed");
    item.command = openAt(recipe.uri, failed.range);
    item.tooltip = failureTooltip(failed.message, failed.advice);
  } else look(new vscode.ThemeIcon("package"), sizeOfImages(recipe) ?? "not built yet");
  return item;
}

function sizeOfImages({ lastBuild }: RecipeState): string | undefined {
  // A packed image is the same once more.
  const images = lastBuild?.report.outputs.filter(({ kind }) => kind !== "packed");
  return images && formatBytes(images.reduce((sum, { bytes }) => sum + bytes, 0));
}

function recipeTooltip(recipe: RecipeState): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const { lastBuild } = recipe;
  const paragraphs = [recipe.shown?.description, vscode.workspace.asRelativePath(recipe.uri)];
  if (lastBuild) {
    const when = new Date(lastBuild.finishedAt).toLocaleString();
    const files = lastBuild.report.outputs.map(({ name, kind, bytes }) => {
      const isOther = kind === "kernel" || kind === "initrd" || kind === "packed" || kind === "cmdline";
      const what = isOther ? `${kind} of ${name}` : name;
      return `${what}: ${formatBytes(bytes)}`;
    });
    paragraphs.push(`Built ${when}: ${files.join(", ")}`);
  }
  for (const each of paragraphs) if (each) text.appendText(each).appendMarkdown("\n\n");
  return text;
}

function groupItem({ group }: NodeOf<"group">): vscode.TreeItem {
  const titles = { options: "Options", stages: "Stages", outputs: "Outputs" };
  return new vscode.TreeItem(titles[group], group === "options" ? Collapsed : Expanded);
}

function optionItem({ option }: NodeOf<"option">): vscode.TreeItem {
  const item = new vscode.TreeItem(option.name, None);
  const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
  item.checkboxState = option.enabled ? Checked : Unchecked;
  item.description = option.description ?? "";
  item.tooltip = `${option.description ?? option.name}\nDefault: ${option.default ? "on" : "off"}`;
  return item;
}

function stageItem({ recipe, item: stage }: NodeOf<"stage">, icons: KindIcons): vscode.TreeItem {
  const item = new vscode.TreeItem(stage.name, None);
  const state = stateOf(recipe, "stage", stage.name);
  const last = recipe.lastBuild?.report.stages.find(each => each.name === stage.name);
  item.iconPath = stateIcon(state) ?? new vscode.ThemeIcon(icons.stage(stage.kind));
  item.description = stateText(state) ?? (last ? stageCost(last) : "");
  item.tooltip = failure(state) ?? stage.description ?? stage.kind;
  item.command = openAt(recipe.uri, whereFailed(recipe, state) ?? stage.range);
  return item;
}

function outputItem(
  { recipe, item: output }: NodeOf<"output">,
  icons: KindIcons,
  boots: OutputBoots,
): vscode.TreeItem {
  const hasFiles = lastFiles(recipe, output).length > 1;
  const item = new vscode.TreeItem(output.name, hasFiles ? Collapsed : None);
  const state = stateOf(recipe, "output", output.name);
  const way = boots.of(recipe, output);
  item.iconPath = stateIcon(state) ?? new vscode.ThemeIcon(icons.output(output.kind));
  item.description = stateText(state) ?? outputFacts(recipe, output, way);
  item.tooltip = failure(state) ?? outputTooltip(recipe, output, way);
  item.contextValue = outputContext(recipe, output, way);
  item.command = openAt(recipe.uri, whereFailed(recipe, state) ?? output.range);
  return item;
}

function stateOf(recipe: RecipeState, what: "stage" | "output", name: string): WorkState | undefined {
  return (recipe.building ?? recipe.failed?.progress)?.state(what, name);
}

function failure(state: WorkState | undefined): vscode.MarkdownString | undefined {
  return state?.kind === "failed" ? failureTooltip(state.message, state.advice) : undefined;
}

function whereFailed({ failed }: RecipeState, state: WorkState | undefined): SourceRange | undefined {
  return state?.kind === "failed" ? failed?.range : undefined;
}

function openAt(uri: vscode.Uri, range: SourceRange | undefined): vscode.Command {
  return {
    command: commands.openRecipe,
    title: "Open",
    arguments: [range ? vscode.Uri.file(range.file) : uri, range?.start],
  };
}
