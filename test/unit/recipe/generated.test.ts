// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are snippets, not templates.
import { describe, expect, test } from "vitest";
import { plainSnippet } from "../../../src/core/recipe/snippet.ts";
import { toJsonSchema } from "../../../src/core/recipe/toJsonSchema.ts";
import { toReferenceDocs } from "../../../src/core/recipe/toReferenceDocs.ts";
import { fixtureSchema } from "./fixtureKinds.ts";

describe("the JSON Schema", () => {
  const schema = JSON.parse(JSON.stringify(toJsonSchema(fixtureSchema))) as Record<string, never>;
  const text = JSON.stringify(schema);

  test("is draft-07, has an id and refers to nothing outside", () => {
    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      additionalProperties: false,
    });
    expect(schema["$id"]).toMatch(/^https:/);
    expect(text).not.toContain("$ref");
  });

  test("holds none of our own keywords and formats", () => {
    expect(text).not.toMatch(/"(facts|suggest|icon|example)":/);
    expect(text).not.toMatch(/"format":"(path|when)"/);
    expect(text).toContain('"format":"regex"');
  });

  test("has one object for each kind, with its snippet", () => {
    expect(schema).toHaveProperty(["properties", "stages", "items", "anyOf", 2], {
      title: "kernel",
      type: "object",
      description: "Brings a kernel.",
      required: ["kernel"],
      additionalProperties: false,
      properties: expect.objectContaining({ kernel: expect.anything(), when: expect.anything() }),
      defaultSnippets: [
        {
          label: "kernel",
          description: "Brings a kernel.",
          body: { kernel: { package: "linux-image-cloud-amd64" } },
        },
      ],
    });
  });
});

describe("the reference", () => {
  const docs = toReferenceDocs(fixtureSchema);

  test("has every key, kind and default", () => {
    for (const part of [
      "## Top-level keys",
      "### `files`",
      "### `initramfs`",
      "| `boot` |",
      "| `memory` |",
    ]) {
      expect(docs).toContain(part);
    }
    expect(docs).toContain('Default: `"256M"`');
    expect(docs).toContain("- kernel: { package: linux-image-cloud-amd64 }");
    expect(docs).not.toContain("undefined");
  });

  test("has no broken table rows", () => {
    const rows = docs.split("\n").filter(line => line.startsWith("|"));
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(5);
  });
});

test("a snippet reads as the text it proposes", () => {
  expect(plainSnippet("{ a: ${1:x}, b: ${2|y,z|}, c: $3 }$0")).toBe("{ a: x, b: y, c:  }");
  expect(plainSnippet("${1:\\$HOME\\}}")).toBe("$HOME}");
});
