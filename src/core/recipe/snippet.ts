/** A snippet's text as it reads when every placeholder keeps what it proposes: `${1:all}` gives `all`. */
export function plainSnippet(snippet: string): string {
  const placeholder = /\$\{\d+:((?:[^{}\\]|\\.)*)\}|\$\{\d+\|((?:[^,|\\]|\\.)*)[^}]*\|\}|\$\{?\d+\}?/g;
  const plain = snippet.replace(placeholder, (_all, text?: string, choice?: string) => text ?? choice ?? "");
  return plain.replace(/\\([$}\\,|])/g, "$1");
}

/** Text that a snippet inserts as it is. */
export function escapeSnippet(text: string): string {
  return text.replace(/[$}\\]/g, "\\$&");
}

/** The example of a kind as it goes behind `kind:`, led by a space unless it begins on the next line. */
export function exampleText(example: string): string {
  return /^[\r\n]/.test(example) ? example : ` ${example}`;
}
