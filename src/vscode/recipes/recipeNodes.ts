import type { LoadedItem, LoadedOption } from "../../core/recipe/loaded.ts";
import type { RecipeState } from "./recipe.ts";

/** What the Recipes tree shows. */
export type RecipeNode =
  | { readonly kind: "recipe"; readonly recipe: RecipeState }
  | { readonly kind: "group"; readonly recipe: RecipeState; readonly group: "options" | "stages" | "outputs" }
  | { readonly kind: "option"; readonly recipe: RecipeState; readonly option: LoadedOption }
  | {
      readonly kind: "stage";
      readonly recipe: RecipeState;
      readonly index: number;
      readonly item: LoadedItem;
    }
  | {
      readonly kind: "output";
      readonly recipe: RecipeState;
      readonly index: number;
      readonly item: LoadedItem;
    };

/** Children of a node; of the root when `node` is undefined. */
export function childrenOf(
  recipes: readonly RecipeState[],
  node: RecipeNode | undefined,
): readonly RecipeNode[] {
  if (!node) return recipes.map(recipe => ({ kind: "recipe", recipe }));
  const { recipe } = node;
  const loaded = recipe.loaded;
  if (!loaded) return [];
  if (node.kind === "recipe") {
    const groups = (["options", "stages", "outputs"] as const).filter(group => loaded[group].length > 0);
    return groups.map(group => ({ kind: "group", recipe, group }));
  }
  if (node.kind !== "group") return [];
  if (node.group === "options") return loaded.options.map(option => ({ kind: "option", recipe, option }));
  const kind = node.group === "stages" ? "stage" : "output";
  return loaded[node.group].map((item, index) => ({ kind, recipe, index, item }));
}

/** Stable across changes, so that the tree keeps what is open and selected. */
export function idOf(node: RecipeNode): string {
  const recipe = node.recipe.uri.toString();
  if (node.kind === "recipe") return recipe;
  if (node.kind === "group") return `${recipe} ${node.group}`;
  return node.kind === "option"
    ? `${recipe} option ${node.option.name}`
    : `${recipe} ${node.kind} ${node.item.name}`;
}
