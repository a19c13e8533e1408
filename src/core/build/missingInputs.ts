import { existsSync } from "node:fs";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";
import { diagnosticOf } from "./failureOf.ts";
import { missingInput } from "./inputFailures.ts";
import { type Kinds, kindOf, loadKinds } from "./kinds.ts";
import { placeOf } from "./place.ts";

/** A diagnostic for every file and folder that the recipe takes from this machine and that is not there. */
export async function missingInputs(recipe: LoadedRecipe, kinds?: Kinds): Promise<Diagnostic[]> {
  const { stages, outputs } = kinds ?? (await loadKinds());
  const items: readonly (readonly [LoadedItem, Pick<Kinds["stages"][number], "inputs">])[] = [
    ...recipe.stages.map(item => [item, kindOf(stages, item.kind)] as const),
    ...recipe.outputs.map(item => [item, kindOf(outputs, item.kind)] as const),
  ];
  const missing = items.flatMap(([item, kind]) => {
    const place = placeOf(item, recipe);
    const inputs = kind.inputs?.(item.parameters, place) ?? [];
    return inputs.filter(input => !existsSync(input.path)).map(input => missingInput(input, place));
  });
  return (await Promise.all(missing)).flatMap(failure => diagnosticOf(failure) ?? []);
}
