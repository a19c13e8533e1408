import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";
import type { Engine } from "../engine.ts";
import type { RecipeState } from "../recipes/recipe.ts";

const patienceMs = 10_000;

/**
 * Why the last build is not what the recipe says now; undefined when it is, or when that cannot be known
 * (planning may ask tools for package versions, which needs trust and time).
 */
export async function staleReason(
  { loaded, lastBuild, building }: RecipeState,
  engine: Engine,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!loaded) return "The recipe has errors; this is the last build before them.";
  if (!vscode.workspace.isTrusted || building || !lastBuild) return undefined;
  try {
    const { planBuild } = await import("../../core/build/planBuild.ts");
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const plan = await planBuild(loaded, await engine.host(), patience);
    return plan.treeKey === lastBuild.treeKey
      ? undefined
      : "The recipe or a file it uses changed since this build.";
  } catch (error) {
    if (!(error instanceof Failure)) return undefined;
    return `The recipe cannot be built as it is now; this is the last build before. ${error.message}`;
  }
}
