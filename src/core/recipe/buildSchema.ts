import { type Static, type TSchema, Type } from "@sinclair/typebox";
import type { AnyOutputKind } from "../outputs/output.ts";
import type { AnyStageKind } from "../stages/stage.ts";
import { itemFields, recipeFields } from "./recipeFields.ts";
import type { KindFacts } from "./schemaNode.ts";

type Kind = Pick<AnyStageKind | AnyOutputKind, "kind" | "icon" | "summary" | "example" | "parameters">;

const itemSchema = Type.Object(itemFields);

/** A stage or output as written: what every item may carry, and one more key, its kind. */
export type ItemSource = Static<typeof itemSchema> & { [kind: string]: unknown };

/** Keys of an item that are no kinds. */
export const itemKeys: readonly string[] = Object.keys(itemFields);

/** Schema of one list item: an object with exactly this kind's key, so that any JSON Schema editor understands it. */
function branch(what: KindFacts["what"], { kind, icon, summary, example, parameters }: Kind): TSchema {
  const facts: KindFacts = { what, kind, icon, summary, example };
  return Type.Object(
    { [kind]: { ...parameters, description: summary }, ...itemFields },
    { additionalProperties: false, description: summary, facts },
  );
}

function itemsOf(what: KindFacts["what"], kinds: readonly Kind[], description: string) {
  const item = Type.Unsafe<ItemSource>(Type.Union(kinds.map(kind => branch(what, kind))));
  return Type.Optional(Type.Array(item, { description }));
}

/**
 * The one schema of recipe files. Types, validation, JSON Schema, completion, hover and the reference all come
 * from it; kinds bring their own part.
 */
export function buildRecipeSchema(stages: readonly Kind[], outputs: readonly Kind[]) {
  const { boot, ...head } = recipeFields;
  return Type.Object(
    {
      ...head,
      stages: itemsOf("stage", stages, "Steps that make the file tree, from the bottom up."),
      outputs: itemsOf("output", outputs, "Files to make from the finished tree."),
      boot,
    },
    { additionalProperties: false, description: "A Whittle recipe: one image." },
  );
}

export type RecipeSchema = ReturnType<typeof buildRecipeSchema>;

/** A recipe file as written, before `extends`, options and defaults. */
export type RecipeSource = Static<RecipeSchema>;
