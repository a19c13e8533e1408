import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { BuildReport, OutputReport, StageReport } from "../../shared/report.ts";

/** Names one piece of work: stages by position in the recipe, outputs by position in `outputs`. */
export interface WorkRef {
  readonly what: "stage" | "output";
  readonly index: number;
  readonly name: string;
  readonly kind: string;
}

/**
 * Everything a build does, in order. The tree view, the progress notification, the log channel, the CLI's
 * table and `--json` are all listeners to this.
 */
export type BuildEvent =
  | { readonly type: "planned"; readonly recipe: string; readonly work: readonly WorkRef[] }
  | { readonly type: "started"; readonly work: WorkRef }
  | { readonly type: "log"; readonly work: WorkRef; readonly line: string }
  | {
      readonly type: "progress";
      readonly work: WorkRef;
      readonly done: number;
      readonly total: number | undefined;
      readonly unit: "bytes" | "entries" | "items";
    }
  | { readonly type: "stage-finished"; readonly work: WorkRef; readonly stage: StageReport }
  | {
      readonly type: "output-finished";
      readonly work: WorkRef;
      readonly outputs: readonly OutputReport[];
      readonly cached: boolean;
      readonly seconds: number;
    }
  | { readonly type: "warning"; readonly work: WorkRef | undefined; readonly diagnostic: Diagnostic }
  | {
      readonly type: "failed";
      readonly work: WorkRef | undefined;
      readonly diagnostic: Diagnostic | undefined;
      readonly message: string;
    }
  | { readonly type: "finished"; readonly report: BuildReport };

export type BuildListener = (event: BuildEvent) => void;
