import { Failure } from "../../core/failure.ts";
import type { LoadedItem, LoadedRecipe } from "../../core/recipe/loaded.ts";
import type { SourceRange } from "../../shared/diagnostic.ts";
import type { BuildProgress, WorkName } from "./buildProgress.ts";

/** How the last build of a recipe failed; kept until its next build. */
export interface FailedBuild {
  readonly progress: BuildProgress;
  readonly message: string;
  readonly advice: string | undefined;
  readonly range: SourceRange | undefined;
}

/**
 * What is kept of a failed build.
 * @param failedWork the work that the build's events named; planning fails without naming any
 */
export function failedBuild(
  error: unknown,
  recipe: LoadedRecipe,
  progress: BuildProgress,
  failedWork: WorkName | undefined,
): FailedBuild {
  const message = error instanceof Error ? error.message : String(error);
  const { advice, range } = error instanceof Failure ? error : { advice: undefined, range: undefined };
  progress.fail(failedWork ?? (range && workAt(recipe, range)), message, advice);
  return { progress, message, advice, range };
}

/** The stage or output that a place of the recipe is in. */
export function workAt(recipe: LoadedRecipe, range: SourceRange): WorkName | undefined {
  const holds = (item: LoadedItem): boolean =>
    item.range.file === range.file &&
    isBefore(item.range.start, range.start) &&
    isBefore(range.end, item.range.end);
  const stage = recipe.stages.find(holds);
  if (stage) return { what: "stage", name: stage.name };
  const output = recipe.outputs.find(holds);
  return output && { what: "output", name: output.name };
}

function isBefore(a: SourceRange["start"], b: SourceRange["start"]): boolean {
  return a.line < b.line || (a.line === b.line && a.column <= b.column);
}
