import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { recipeCodes } from "../../../src/core/recipe/recipeCodes.ts";
import { referenceDocs } from "../../../src/core/recipe/referenceDocs.ts";

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

test("docs/recipe.md is what the schema says (make it anew with: node dist/cli.js schema --docs > docs/recipe.md)", () => {
  expect(read("docs/recipe.md")).toBe(referenceDocs());
});

test("docs/errors.md explains every diagnostic of recipes", () => {
  const errors = read("docs/errors.md");
  for (const [code, meaning] of Object.entries(recipeCodes))
    expect(errors).toContain(`| \`${code}\` | ${meaning} |`);
});
