import type { Diagnostic, Position } from "../../shared/diagnostic.ts";

/** A stretch of text that was replaced; positions count from 1. */
export interface Edit {
  readonly start: Position;
  readonly end: Position;
  readonly text: string;
}

/** Where what was said of a text stands after an edit; undefined when the edit touched its lines. */
export function afterEdit(diagnostic: Diagnostic, edit: Edit): Diagnostic | undefined {
  const { range } = diagnostic;
  if (edit.start.line > range.end.line) return diagnostic;
  if (!isAbove(edit, range.start.line)) return undefined;
  const lines = edit.text.split("\n").length - 1 - (edit.end.line - edit.start.line);
  const moved = ({ line, column }: Position): Position => ({ line: line + lines, column });
  return { ...diagnostic, range: { ...range, start: moved(range.start), end: moved(range.end) } };
}

/** Whether an edit leaves the line as it is and at most moves it. */
function isAbove({ start, end, text }: Edit, line: number): boolean {
  if (end.line !== line) return end.line < line;
  // Whole lines put in or taken away right in front of it.
  return end.column === 1 && (text === "" ? start.column === 1 : text.endsWith("\n"));
}
