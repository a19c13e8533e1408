import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { LoadedItem } from "../recipe/loaded.ts";
import type { ParameterPath } from "../stages/stage.ts";

/** A warning as it is kept with a result, so that a cached stage still warns: where it points is looked up anew. */
export interface StageWarning {
  readonly message: string;
  /** Path inside the item's parameters. */
  readonly at: ParameterPath;
}

/** Reads back what was kept; text that is none gives no warnings. */
export function readWarnings(text: string | undefined): readonly StageWarning[] {
  try {
    return text === undefined ? [] : (JSON.parse(text) as StageWarning[]);
  } catch {
    return [];
  }
}

/** The warning at its place in the recipe as it is now. */
export function warningDiagnostic(item: LoadedItem, warning: StageWarning): Diagnostic {
  return {
    range: item.locate(warning.at),
    severity: "warning",
    code: `${item.kind}-warning`,
    message: warning.message,
  };
}
