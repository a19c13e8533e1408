import { expect, test } from "vitest";
import { exitCodeOf } from "../../../src/cli/exitCode.ts";
import { Failure, RecipeInvalid } from "../../../src/core/failure.ts";

test("what `check` finds ends every command with 2, what only the work can find with 1", () => {
  for (const code of ["input-missing", "name-taken", "file-missing", "usage"])
    expect(exitCodeOf(new Failure(code, ""))).toBe(2);
  expect(exitCodeOf(new RecipeInvalid([]))).toBe(2);
  for (const code of ["download-failed", "run-failed", "boot-timeout"])
    expect(exitCodeOf(new Failure(code, ""))).toBe(1);
});
