/** A line of a Kconfig file without its comment, continued lines joined. */
export interface KconfigLine {
  readonly word: string;
  /** What follows the first word. */
  readonly rest: string;
  /** Counted from 1. */
  readonly number: number;
}

/** The lines that mean something; help texts are left out. */
export function* kconfigLines(text: string): Generator<KconfigLine> {
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const number = index + 1;
    let line = lines[index] ?? "";
    while (line.endsWith("\\") && index + 1 < lines.length) line = `${line.slice(0, -1)} ${lines[++index]}`;
    const [, word, rest = ""] = /^\s*([^\s"'#=:]+)\s*(.*)$/.exec(withoutComment(line)) ?? [];
    if (word === undefined) continue;
    if ((word === "help" || word === "---help---") && rest === "") index = afterHelp(lines, index + 1) - 1;
    else yield { word, rest: rest.trim(), number };
  }
}

/** A help text goes on for as long as its lines stand at least as deep as its first one. */
function afterHelp(lines: readonly string[], start: number): number {
  let depth: number | undefined;
  for (let index = start; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.trim() === "") continue;
    const own = indentOf(line);
    depth ??= own;
    if (own < depth || own === 0) return index;
  }
  return lines.length;
}

function indentOf(line: string): number {
  let column = 0;
  for (const character of line) {
    if (character === "\t") column = (column & ~7) + 8;
    else if (character === " ") column++;
    else break;
  }
  return column;
}

function withoutComment(line: string): string {
  if (!line.includes("#")) return line;
  let quote: string | undefined;
  for (const [index, character] of [...line].entries()) {
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "#") return line.slice(0, index);
  }
  return line;
}
