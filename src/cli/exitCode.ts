import type { Failure } from "../core/failure.ts";

/**
 * Failures that say that the call or the recipe is wrong, all that `check` reports among them; with every other one it is
 * the work that failed.
 */
const wrongCalls: ReadonlySet<string> = new Set([
  "usage",
  "recipe-invalid",
  "file-missing",
  "input-missing",
  "name-taken",
  "not-a-recipe",
  "no-recipe",
  "which-recipe",
  "bad-size",
  "bad-clock",
  "ready-pattern",
  "push-reference",
]);

/** What the process ends with after `failure`: 2 when the call or the recipe is wrong, else 1. */
export function exitCodeOf({ code }: Failure): number {
  return wrongCalls.has(code) ? 2 : 1;
}
