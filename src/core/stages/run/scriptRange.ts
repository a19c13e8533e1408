import { readFile } from "node:fs/promises";
import type { SourceRange } from "../../../shared/diagnostic.ts";

/**
 * Where a line of a script that is written in a recipe stands there; undefined when it cannot be told (a folded text,
 * one with escapes).
 * @param whole range of the script in the recipe.
 * @param number counts from 1.
 */
export async function rangeInRecipe(
  whole: SourceRange,
  script: string,
  number: number,
): Promise<SourceRange | undefined> {
  const text = await readFile(whole.file, "utf8").catch(() => "");
  const wanted = script.split("\n")[number - 1]?.trim();
  // A block begins on the line below its `|`; a short script stands where the value does.
  for (const line of [whole.start.line + number, whole.start.line]) {
    const found = text.split("\n")[line - 1];
    if (wanted && line <= whole.end.line && found?.trim().endsWith(wanted)) {
      return rangeOf(whole.file, line, found, found.indexOf(wanted));
    }
  }
  return undefined;
}

/** The range of a whole line of a file. */
export function rangeOfLine(file: string, text: string, number: number): SourceRange {
  const line = text.split("\n")[number - 1] ?? "";
  return rangeOf(file, number, line, Math.max(0, line.search(/\S/)));
}

function rangeOf(file: string, line: number, text: string, from: number): SourceRange {
  const end = text.trimEnd().length;
  return { file, start: { line, column: from + 1 }, end: { line, column: Math.max(end, from) + 1 } };
}
