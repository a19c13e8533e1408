import { Failure } from "../failure.ts";

/** What was wanted cannot be had from the databases. */
export class Unresolved extends Failure {
  /** Index of what was wanted. */
  readonly wanted: number;
  /** Newer databases may have what is missing. */
  readonly missing: boolean;

  constructor(
    at: { readonly wanted: number; readonly missing: boolean },
    code: string,
    message: string,
    advice?: string,
  ) {
    super(code, message, { advice });
    this.wanted = at.wanted;
    this.missing = at.missing;
  }
}
