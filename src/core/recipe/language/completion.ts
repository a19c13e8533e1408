import type { Span } from "../sourceDocument.ts";

export type CompletionKind = "property" | "stage" | "output" | "value" | "option" | "snippet";

/** One thing that can be inserted. */
export interface CompletionEntry {
  readonly label: string;
  readonly kind: CompletionKind;
  /** One line beside the label. */
  readonly detail: string | undefined;
  /** Markdown. */
  readonly documentation: string | undefined;
  /**
   * A snippet (`${1:…}`, `${1|a,b|}`). Further lines are indented relative to the line at the cursor, as VS Code's
   * SnippetString does by itself.
   */
  readonly insertText: string;
  /** Text that the snippet takes the place of. */
  readonly replace: Span;
  /** Entries are shown in this order. */
  readonly sortText: string;
  /** The cursor ends up where further proposals belong (a name, a path): the editor may show them at once. */
  readonly continues?: boolean | undefined;
  /** Codicon id of a kind. */
  readonly icon?: string | undefined;
}

export interface RecipeCompletion {
  readonly items: readonly CompletionEntry[];
  /** Set where a path on the host belongs: the editor offers files and folders in place of `replace`. */
  readonly path: { readonly wants: "path"; readonly replace: Span } | undefined;
}
