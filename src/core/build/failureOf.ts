import type { Diagnostic } from "../../shared/diagnostic.ts";
import { Failure } from "../failure.ts";
import type { LoadedItem } from "../recipe/loaded.ts";
import { explainDiskFull } from "./diskFull.ts";

/** The error as people should see it: disk full explained, and a failure without a place put on its item. */
export function locateFailure(
  error: unknown,
  item: LoadedItem | undefined,
  folders: readonly string[],
): unknown {
  const explained = explainDiskFull(error, folders);
  return explained instanceof Failure ? explained.at(item?.range) : explained;
}

/** A failure as a diagnostic, when it has a place in the recipe. */
export function diagnosticOf(error: unknown): Diagnostic | undefined {
  if (!(error instanceof Failure) || !error.range) return undefined;
  const { code, message, advice, range } = error;
  return { range, severity: "error", code, message, ...(advice === undefined ? {} : { advice }) };
}

/** Whether the work ended because it was told to. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
