export interface Line {
  /** Offset of its first character. */
  readonly start: number;
  /** Without the line end. */
  readonly end: number;
  readonly text: string;
}

/** A dash that begins a list item, with the spaces behind it. */
export const dash = /^-(?=\s|$)\s*/;

/** A key with its colon. */
export const key =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#,[\]{}&*!|>'"%@`-][^\n]*?|-[^\s][^\n]*?)\s*:(?=\s|$)/;

/** The lines of a text, without their ends (`\n` or `\r\n`). */
export function linesOf(text: string): Line[] {
  let start = 0;
  return text.split("\n").map(raw => {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const from = start;
    start += raw.length + 1;
    return { start: from, end: from + line.length, text: line };
  });
}

/** A line, or the rest of one, without its comment and trailing spaces. A `#` in quotes or in a word begins none. */
export function withoutComment(text: string): string {
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const before = text.charAt(at - 1);
    if (quote) {
      if (character === "\\" && quote === '"') at += 1;
      else if (character === quote) quote = "";
    } else if (/["']/.test(character) && /^[\s[{,:]?$/.test(before)) quote = character;
    else if (character === "#" && /^\s?$/.test(before)) return text.slice(0, at).trimEnd();
  }
  return text.trimEnd();
}
