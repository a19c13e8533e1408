import type { Diagnostic, SourceRange } from "../shared/diagnostic.ts";

export interface FailureDetails {
  /** What to do next; one or two sentences. */
  readonly advice?: string | undefined;
  /** Where the recipe asked for what failed. */
  readonly range?: SourceRange | undefined;
  readonly cause?: unknown;
}

/**
 * An expected way for work to fail: says what happened, where, and what to do next. Everything that a
 * person can cause or cure is one of these; any other Error is a defect of ours and keeps its stack.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  /** Stable kebab-case id, e.g. `tool-missing`. */
  readonly code: string;
  readonly advice: string | undefined;
  readonly range: SourceRange | undefined;

  constructor(code: string, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.advice = details.advice;
    this.range = details.range;
  }

  /** The same failure, placed at `range` unless it already has a place. */
  at(range: SourceRange | undefined): Failure {
    if (this.range || !range) return this;
    return new Failure(this.code, this.message, { advice: this.advice, range, cause: this.cause });
  }
}

/** The recipe (or the call) is wrong: carries every diagnostic found, not just the first. Exit code 2. */
export class RecipeInvalid extends Failure {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter(each => each.severity === "error");
    super("recipe-invalid", errors[0]?.message ?? "The recipe is not valid.", { range: errors[0]?.range });
    this.diagnostics = diagnostics;
  }
}

/** Throws `signal.reason` as an AbortError when the work was cancelled. */
export function throwIfAborted(signal: AbortSignal): void {
  signal.throwIfAborted();
}
