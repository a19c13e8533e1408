/** A place in a text file; line and column count from 1, columns in UTF-16 code units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of one file; `end` is exclusive. */
export interface SourceRange {
  /** Absolute path. */
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

export type Severity = "error" | "warning" | "info";

/** Something to tell the author of a recipe, at the place it is about. */
export interface Diagnostic {
  readonly range: SourceRange;
  readonly severity: Severity;
  /** Stable kebab-case id, e.g. `unknown-key`; docs/errors.md lists them. */
  readonly code: string;
  readonly message: string;
  /** What to do next, when the message alone does not say it. */
  readonly advice?: string | undefined;
}
