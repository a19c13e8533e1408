import { expect, test } from "vitest";
import { referenceDocs } from "../../../src/core/recipe/referenceDocs.ts";

const docs = referenceDocs();

function partOf(kind: string): string {
  const from = docs.indexOf(`### \`${kind}\``);
  return docs.slice(from, docs.indexOf("\n### ", from + 1));
}

test("a kind that is written in several ways has a heading for each, which no two share", () => {
  for (const [kind, forms] of [
    ["kernel", 3],
    ["busybox", 3],
    ["run", 2],
  ] as const) {
    const headings = partOf(kind).match(/^#### .+$/gm) ?? [];
    expect(headings).toHaveLength(forms);
    expect(new Set(headings).size).toBe(forms);
    expect(partOf(kind)).not.toContain("A map of keys.");
  }
});

test("a short form says what stands there", () => {
  expect(partOf("oci")).toMatch(/^A text\. Name of the image/m);
});
