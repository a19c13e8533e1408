import { type Line, withoutComment } from "./lines.ts";
import type { LooseValue } from "./looseTree.ts";
import { scanFlow } from "./scanFlow.ts";

/**
 * The value that begins on a line at or after `from`: a scalar, the head of a `|` text, or a whole flow value, which
 * may go on over further lines.
 * @param column where the key or dash of the value stands in its line
 */
export function scanValue(text: string, line: Line, from: number, column: number): LooseValue | undefined {
  const rest = text.slice(from, line.end);
  const word = rest.trimStart();
  const start = from + (rest.length - word.length);
  if (word === "" || word.startsWith("#")) return undefined;
  if (/^[|>][-+0-9]*\s*(#.*)?$/.test(word))
    return { type: "text", text: "", block: true, start, end: line.end };
  if (/^[{[]/.test(word)) return scanFlow({ text, limit: flowLimit(text, line, column), column }, start);
  const end = from + withoutComment(rest).length;
  return { type: "text", text: text.slice(start, end), block: false, start, end };
}

/** A flow value goes on over lines that are indented deeper than what holds it. */
function flowLimit(text: string, line: Line, column: number): number {
  const next = new RegExp(`\\n(?= {0,${column}}[^\\s])`, "g");
  next.lastIndex = line.start;
  return next.exec(text)?.index ?? text.length;
}
