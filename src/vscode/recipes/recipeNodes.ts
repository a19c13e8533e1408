import type { LoadedItem, LoadedOption } from "../../core/recipe/loaded.ts";
import type { OutputReport } from "../../shared/report.ts";
import { lastFiles, type RecipeState, recipeLabel, sharedLabels } from "./recipe.ts";

interface ItemNode<Kind extends "stage" | "output" | "file"> {
  readonly kind: Kind;
  readonly recipe: RecipeState;
  readonly item: LoadedItem;
}

/** What the Recipes tree shows. */
export type RecipeNode =
  | {
      readonly kind: "recipe";
      readonly recipe: RecipeState;
      /** Another recipe has the same label. */
      readonly needsPlace: boolean;
      /** There are so many that their stages would hide the others. */
      readonly isOneOfMany: boolean;
    }
  | { readonly kind: "group"; readonly recipe: RecipeState; readonly group: "options" | "stages" | "outputs" }
  | { readonly kind: "option"; readonly recipe: RecipeState; readonly option: LoadedOption }
  | ItemNode<"stage">
  | ItemNode<"output">
  /** One of the files of an output that has several. */
  | (ItemNode<"file"> & { readonly file: OutputReport });

/** Up to this many recipes are shown with their stages from the start. */
const mostOpened = 3;

/** Children of a node; of the root when `node` is undefined. */
export function childrenOf(
  recipes: readonly RecipeState[],
  node: RecipeNode | undefined,
): readonly RecipeNode[] {
  if (!node) {
    const shared = sharedLabels(recipes);
    return recipes.map(recipe => ({
      kind: "recipe",
      recipe,
      needsPlace: shared.has(recipeLabel(recipe)),
      isOneOfMany: recipes.length > mostOpened,
    }));
  }
  const { recipe } = node;
  const { shown } = recipe;
  if (!shown) return [];
  if (node.kind === "recipe") {
    const groups = (["options", "stages", "outputs"] as const).filter(group => shown[group].length > 0);
    return groups.map(group => ({ kind: "group", recipe, group }));
  }
  if (node.kind === "output") {
    const files = lastFiles(recipe, node.item);
    return files.length > 1 ? files.map(file => ({ kind: "file", recipe, item: node.item, file })) : [];
  }
  if (node.kind !== "group") return [];
  if (node.group === "options") return shown.options.map(option => ({ kind: "option", recipe, option }));
  const kind = node.group === "stages" ? "stage" : "output";
  return shown[node.group].map(item => ({ kind, recipe, item }));
}

/** Stable across changes, so that the tree keeps what is open and selected. */
export function idOf(node: RecipeNode): string {
  const recipe = node.recipe.uri.toString();
  if (node.kind === "recipe") return recipe;
  if (node.kind === "group") return `${recipe} ${node.group}`;
  if (node.kind === "file") return `${recipe} file ${node.item.name} ${node.file.kind}`;
  return node.kind === "option"
    ? `${recipe} option ${node.option.name}`
    : `${recipe} ${node.kind} ${node.item.name}`;
}
