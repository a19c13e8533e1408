// Data, so that set-up (plain JavaScript, before anything is built) reads the same table.
import facts from "./toolFacts.json" with { type: "json" };

/** What a tool is for and where Debian and Ubuntu have it; doctor, errors and set-up all read this table. */
export interface ToolFact {
  /** Debian/Ubuntu package. */
  readonly debian: string;
  /** Completes the sentence "X is needed …". */
  readonly purpose: string;
  /** Needed by `examples/boots`: `npm start` installs these. */
  readonly basic: boolean;
  /** Makes it print its version; default `--version`. */
  readonly versionOption?: string;
  /** It has no option that prints a version. */
  readonly silent?: boolean;
}

export type ToolName = keyof typeof facts;

export const toolFacts: Readonly<Record<ToolName, ToolFact>> = facts;
