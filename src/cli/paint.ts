const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
} as const;

export type Paint = keyof typeof codes;

/** Colours for people: only where `stream` is a terminal and NO_COLOR is not set. */
export function paint(stream: { readonly isTTY?: boolean }, how: Paint, text: string): string {
  if (!stream.isTTY || process.env["NO_COLOR"]) return text;
  const [on, off] = codes[how];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}
