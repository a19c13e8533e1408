import { completeRecipe } from "../../../src/core/recipe/language/completeRecipe.ts";
import type { CompletionEntry } from "../../../src/core/recipe/language/completion.ts";
import { plainSnippet } from "../../../src/core/recipe/snippet.ts";
import { fixtureSchema } from "../recipe/fixtureKinds.ts";

/** A text in which `|` marks the cursor. */
export function atCursor(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf("|");
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

export function complete(marked: string) {
  const { text, offset } = atCursor(marked);
  return completeRecipe(text, offset, fixtureSchema);
}

/** Labels in the order the editor shows them. */
export function labels(marked: string): string[] {
  const { items } = complete(marked);
  return [...items].sort((a, b) => (a.sortText < b.sortText ? -1 : 1)).map(item => item.label);
}

/** The text after accepting `label`, every placeholder left at what it proposes, as an editor inserts it. */
export function accept(marked: string, label: string): string {
  const { text, offset } = atCursor(marked);
  const { items } = completeRecipe(text, offset, fixtureSchema);
  const entry = items.find(item => item.label === label);
  if (!entry) throw new Error(`No "${label}" among: ${items.map(item => item.label).join(", ")}`);
  return insert(text, entry);
}

/** VS Code gives further lines of a snippet the leading white space of the line it is inserted in. */
function insert(text: string, { insertText, replace }: CompletionEntry): string {
  const line = text.slice(text.lastIndexOf("\n", replace.start - 1) + 1, replace.start);
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const plain = plainSnippet(insertText).replaceAll("\n", `\n${indent}`);
  return text.slice(0, replace.start) + plain + text.slice(replace.end);
}
