/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: true;
  /** Show the stack of an unexpected error. */
  readonly trace?: true;
}
