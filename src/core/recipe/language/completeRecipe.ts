import { kindBranches, type SchemaNode } from "../schemaNode.ts";
import type { CompletionEntry, RecipeCompletion } from "./completion.ts";
import { itemCompletions } from "./itemCompletion.ts";
import { keyCompletions } from "./keyCompletion.ts";
import type { LooseMap } from "./looseTree.ts";
import { type Place, placesAt } from "./place.ts";
import { scanRecipe } from "./scanRecipe.ts";
import { formsOf, schemasAt } from "./schemaWalk.ts";
import { scalarCompletions } from "./valueCompletion.ts";

/**
 * What can be typed at a place of a recipe, also of one that is broken or half written.
 * @param offset in UTF-16 code units from the start of the text
 */
export function completeRecipe(text: string, offset: number, schema: SchemaNode): RecipeCompletion {
  const root = scanRecipe(text);
  const places = placesAt(text, offset).map(place => atWord(place, schema, text, offset));
  const items = places.flatMap(place => itemsFor(place, schema, root));
  return { items: onePerLabel(items), path: places.flatMap(place => pathAt(place, schema))[0] };
}

// Forms of a value share keys and words: the first that offers one speaks for all.
function onePerLabel(items: readonly CompletionEntry[]): readonly CompletionEntry[] {
  return [...new Map([...items].reverse().map(item => [item.label, item])).values()].reverse();
}

function itemsFor(place: Place, schema: SchemaNode, root: LooseMap): readonly CompletionEntry[] {
  const schemas = schemasAt(schema, place.path);
  if (place.slot === "key") return keyCompletions(schemas, place);
  const forms = schemas.flatMap(formsOf);
  const lists = forms.flatMap(form => (form.type === "array" && form.items ? [form.items] : []));
  if (place.slot === "item") return lists.flatMap(each => itemCompletions(each, place));
  const isOpen = place.replace.start === place.replace.end || !place.behindKey;
  const scalars = forms.flatMap(form => scalarCompletions(form, place, root, outputKindsOf(schema)));
  // A flow value can only hold scalars and braces; lines below need a line of their own.
  const below = isOpen && !place.flow;
  return [
    ...scalars,
    ...(below ? keyCompletions(schemas, place) : []),
    ...(below ? lists.flatMap(each => itemCompletions(each, place)) : []),
  ];
}

/** In a condition only the word at the cursor is replaced, not the whole of it. */
function atWord(place: Place, schema: SchemaNode, text: string, offset: number): Place {
  const isCondition = schemasAt(schema, place.path).some(each => each.suggest === "options");
  if (place.slot !== "value" || !isCondition) return place;
  const before = /[A-Za-z0-9_-]*$/.exec(text.slice(place.replace.start, offset))?.[0].length ?? 0;
  const after = /^[A-Za-z0-9_-]*/.exec(text.slice(offset, place.replace.end))?.[0].length ?? 0;
  return { ...place, replace: { start: offset - before, end: offset + after } };
}

function pathAt(place: Place, schema: SchemaNode): readonly NonNullable<RecipeCompletion["path"]>[] {
  if (place.slot !== "value") return [];
  const forms = schemasAt(schema, place.path).flatMap(formsOf);
  return forms.some(form => form.format === "path") ? [{ wants: "path", replace: place.replace }] : [];
}

function outputKindsOf(schema: SchemaNode): ReadonlySet<string> {
  const branches = kindBranches(schema.properties?.["outputs"]?.items ?? {}) ?? [];
  return new Set(branches.map(({ facts }) => facts.kind));
}
