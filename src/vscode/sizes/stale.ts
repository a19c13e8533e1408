import * as vscode from "vscode";
import type { Engine } from "../engine.ts";
import type { RecipeState } from "../recipes/recipe.ts";

/**
 * Why the last build is not what the recipe says now; undefined when it is, or when that cannot be known
 * (planning may ask tools for package versions, which needs trust).
 */
export async function staleReason(recipe: RecipeState, engine: Engine): Promise<string | undefined> {
  if (!recipe.loaded) return "The recipe has errors; this is the last build before them.";
  if (!vscode.workspace.isTrusted || recipe.building || !recipe.lastBuild) return undefined;
  try {
    const { planBuild } = await import("../../core/build/planBuild.ts");
    const plan = await planBuild(recipe.loaded, await engine.host(), AbortSignal.timeout(10_000));
    return plan.treeKey === recipe.lastBuild.treeKey
      ? undefined
      : "The recipe or a file it uses changed since this build.";
  } catch {
    return "The recipe cannot be built as it is now; this is the last build before.";
  }
}
