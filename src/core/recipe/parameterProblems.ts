import type { Diagnostic } from "../../shared/diagnostic.ts";
import { diagnosticOf } from "../build/failureOf.ts";
import { placeOf } from "../build/place.ts";
import { Failure } from "../failure.ts";
import type { AnyOutputKind } from "../outputs/output.ts";
import type { AnyStageKind } from "../stages/stage.ts";
import type { LoadedItem, LoadedRecipe } from "./loaded.ts";

type Kind = Pick<AnyStageKind | AnyOutputKind, "kind" | "inputs">;

/**
 * What the kinds themselves find wrong in parameters that have the right form: a path that leaves the image, a
 * file with two contents. At most one problem an item. Nothing is read from the disk.
 */
export function parameterProblems(
  recipe: LoadedRecipe,
  kinds: { readonly stages: readonly Kind[]; readonly outputs: readonly Kind[] },
): Diagnostic[] {
  const look = (items: readonly LoadedItem[], known: readonly Kind[]): Diagnostic[] =>
    items.flatMap(item => {
      const kind = known.find(each => each.kind === item.kind);
      return kind ? problemOf(item, kind, recipe) : [];
    });
  return [...look(recipe.stages, kinds.stages), ...look(recipe.outputs, kinds.outputs)];
}

function problemOf(item: LoadedItem, kind: Kind, recipe: LoadedRecipe): Diagnostic[] {
  try {
    kind.inputs?.(item.parameters, placeOf(item, recipe));
    return [];
  } catch (error) {
    const problem = error instanceof Failure ? diagnosticOf(error.at(item.range)) : undefined;
    if (!problem) throw error;
    return [problem];
  }
}
