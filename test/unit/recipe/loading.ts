import type { LoadRequest, LoadResult } from "../../../src/core/recipe/loaded.ts";
import { loadRecipeIn } from "../../../src/core/recipe/loadRecipeIn.ts";
import { fixtureLanguage } from "./fixtureKinds.ts";

export const main = "/recipes/main.whittle.yaml";

/** Loads a recipe from memory with the fixture kinds. */
export function load(
  text: string,
  request: Partial<LoadRequest> & { others?: Record<string, string> } = {},
): Promise<LoadResult> {
  const { others = {}, ...rest } = request;
  const texts = new Map([
    [main, text],
    ...Object.entries(others).map(([name, body]) => [`/recipes/${name}`, body] as const),
  ]);
  return loadRecipeIn(fixtureLanguage, { file: main, texts, ...rest });
}

/** Each problem as "code line:column-endLine:endColumn marked text | message (advice)", to compare in one glance. */
export function flat({ diagnostics }: LoadResult, text: string): string[] {
  const lines = text.split("\n");
  return diagnostics.map(({ code, range, message, advice }) => {
    const { start, end } = range;
    const line = lines[start.line - 1] ?? "";
    const marked =
      start.line === end.line
        ? line.slice(start.column - 1, end.column - 1)
        : `${line.slice(start.column - 1)}…`;
    return `${code} ${start.line}:${start.column} [${marked}] ${message}${advice ? ` (${advice})` : ""}`;
  });
}
