import { describe, expect, test } from "vitest";
import { outputKinds } from "../../../src/core/outputs/index.ts";
import { loadRecipe } from "../../../src/core/recipe/load.ts";
import { recipeSchema } from "../../../src/core/recipe/recipeSchema.ts";
import { knownKeywords, type SchemaNode } from "../../../src/core/recipe/schemaNode.ts";
import { plainSnippet } from "../../../src/core/recipe/snippet.ts";
import { stageKinds } from "../../../src/core/stages/index.ts";

/** Every schema below `schema`, with its path. */
function* walk(schema: SchemaNode, path: string): Generator<[string, SchemaNode]> {
  yield [path, schema];
  const named = { ...schema.properties, ...schema.patternProperties };
  for (const [key, value] of Object.entries(named)) yield* walk(value, `${path}.${key}`);
  for (const [index, value] of (schema.anyOf ?? []).entries()) yield* walk(value, `${path}|${index}`);
  if (schema.items) yield* walk(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === "object") yield* walk(schema.additionalProperties, `${path}.*`);
}

describe("the schema of all registered kinds", () => {
  const nodes = [...walk(recipeSchema(), "recipe")];

  test("uses only keywords that loading checks", () => {
    const unknown = nodes.flatMap(([path, node]) =>
      Object.keys(node)
        .filter(key => !knownKeywords.has(key))
        .map(key => `${path}: ${key}`),
    );
    expect(unknown).toEqual([]);
  });

  test("describes every key", () => {
    const silent = nodes.flatMap(([path, node]) =>
      Object.entries(node.properties ?? {})
        .filter(([, property]) => !property.description)
        .map(([key]) => `${path}.${key}`),
    );
    expect(silent).toEqual([]);
  });

  test("refuses unknown keys in every map", () => {
    const open = nodes.filter(([, node]) => node.properties && node.additionalProperties === undefined);
    expect(open.map(([path]) => path)).toEqual([]);
  });

  test("has patterns that compile", () => {
    for (const [path, { pattern }] of nodes) {
      if (pattern !== undefined) expect(() => new RegExp(pattern), path).not.toThrow();
    }
  });
});

describe("the example of a kind is a recipe without problems", () => {
  const cases = [
    ...stageKinds.map(({ kind, example }) => ["stages", kind, example] as const),
    ...outputKinds.map(({ kind, example }) => ["outputs", kind, example] as const),
  ];
  test.each(cases)("%s: %s", async (list, kind, example) => {
    const value = plainSnippet(example).replaceAll("\n", "\n  ");
    const other = list === "stages" ? "outputs: [ tar: {} ]" : "stages: [ remove: [ /a ] ]";
    const text = `${other}\n${list}:\n  - ${kind}: ${value}\n`;
    const file = "/recipes/example.whittle.yaml";
    const { diagnostics } = await loadRecipe({ file, texts: new Map([[file, text]]) });
    expect(diagnostics, text).toEqual([]);
  });
});
