import * as vscode from "vscode";
import { formatBytes } from "../../shared/bytes.ts";
import { commands, items } from "../ids.ts";
import type { WorkState } from "./buildProgress.ts";
import type { KindIcons } from "./kindIcons.ts";
import { recipeLabel } from "./recipe.ts";
import { idOf, type RecipeNode } from "./recipeNodes.ts";

type NodeOf<Kind extends RecipeNode["kind"]> = Extract<RecipeNode, { kind: Kind }>;

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** How a node of the Recipes tree looks. */
export function itemOf(node: RecipeNode, icons: KindIcons): vscode.TreeItem {
  const item = draw(node, icons);
  item.id = idOf(node);
  return item;
}

function draw(node: RecipeNode, icons: KindIcons): vscode.TreeItem {
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
      return outputItem(node, icons);
  }
}

function recipeItem({ recipe }: NodeOf<"recipe">): vscode.TreeItem {
  const item = new vscode.TreeItem(recipeLabel(recipe), Expanded);
  const errors = recipe.diagnostics.filter(each => each.severity === "error");
  item.resourceUri = recipe.uri;
  item.contextValue = recipe.building ? items.recipeBuilding : items.recipe;
  item.tooltip = new vscode.MarkdownString(
    `${recipe.loaded?.description ?? ""}\n\n${vscode.workspace.asRelativePath(recipe.uri)}`,
  );
  if (recipe.building) {
    item.iconPath = new vscode.ThemeIcon("loading~spin");
    item.description = `building ${recipe.building.percent} %`;
  } else if (errors.length > 0) {
    item.iconPath = new vscode.ThemeIcon("error", new vscode.ThemeColor("problemsErrorIcon.foreground"));
    item.description = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    item.command = openAt(recipe.uri, errors[0]?.range);
    item.tooltip = errors[0]?.message ?? "";
  } else {
    item.iconPath = new vscode.ThemeIcon("package");
    item.description = recipe.lastBuild
      ? sizeOfImages(recipe.lastBuild.report.outputs.map(output => output.bytes))
      : "not built yet";
  }
  return item;
}

function sizeOfImages(bytes: readonly number[]): string {
  return formatBytes(bytes.reduce((sum, each) => sum + each, 0));
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

function stageItem({ recipe, index, item: stage }: NodeOf<"stage">, icons: KindIcons): vscode.TreeItem {
  const item = new vscode.TreeItem(stage.name, None);
  const state = recipe.building?.state("stage", index);
  const last = recipe.lastBuild?.report.stages.find(each => each.name === stage.name);
  const size = last ? `${signed(last.addedBytes, "+")}${signed(last.removedBytes, " −")}` : "";
  const time = last ? (last.cached ? "cached" : `${last.seconds.toFixed(1)} s`) : "";
  item.iconPath = stateIcon(state) ?? new vscode.ThemeIcon(icons.stage(stage.kind));
  item.description = stateText(state) ?? [size, time].filter(Boolean).join("  ");
  item.tooltip = stage.description ?? stage.kind;
  item.command = openAt(recipe.uri, stage.range);
  return item;
}

function outputItem({ recipe, index, item: output }: NodeOf<"output">, icons: KindIcons): vscode.TreeItem {
  const item = new vscode.TreeItem(output.name, None);
  const state = recipe.building?.state("output", index);
  const last = recipe.lastBuild?.report.outputs.find(each => each.name === output.name);
  item.iconPath = stateIcon(state) ?? new vscode.ThemeIcon(icons.output(output.kind));
  item.description = stateText(state) ?? (last ? formatBytes(last.bytes) : "");
  item.tooltip = last?.path ?? output.description ?? output.kind;
  if (last) item.contextValue = items.output;
  item.command = openAt(recipe.uri, output.range);
  return item;
}

function signed(bytes: number, sign: string): string {
  return bytes === 0 ? "" : `${sign}${formatBytes(bytes)}`;
}

function stateIcon(state: WorkState | undefined): vscode.ThemeIcon | undefined {
  if (!state) return undefined;
  if (state.kind === "waiting") return new vscode.ThemeIcon("circle-outline");
  if (state.kind === "running") return new vscode.ThemeIcon("loading~spin");
  if (state.kind === "done") return new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed"));
  return new vscode.ThemeIcon("error", new vscode.ThemeColor("problemsErrorIcon.foreground"));
}

function stateText(state: WorkState | undefined): string | undefined {
  if (!state) return undefined;
  if (state.kind === "waiting") return "waiting";
  if (state.kind === "failed") return state.message;
  if (state.kind === "running")
    return state.percent === undefined ? (state.line ?? "running") : `${state.percent} %`;
  const size = state.stage
    ? `${signed(state.stage.addedBytes, "+")}${signed(state.stage.removedBytes, " −")}  `
    : "";
  return `${size}${state.cached ? "cached" : `${state.seconds.toFixed(1)} s`}`;
}

function openAt(
  uri: vscode.Uri,
  range: { readonly file: string; readonly start: { line: number; column: number } } | undefined,
) {
  return {
    command: commands.openRecipe,
    title: "Open",
    arguments: [range ? vscode.Uri.file(range.file) : uri, range?.start],
  } satisfies vscode.Command;
}
