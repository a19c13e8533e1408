import type { Place } from "../../../src/core/stages/stage.ts";
import { PlacedFailure } from "../stages/stageRun.ts";

/** Where parameters were written, for parts of a stage. */
export function placeAt(baseDir: string): Place {
  return {
    baseDir,
    arch: "x86_64",
    recipe: { name: "image", version: undefined },
    fail: (...failure) => new PlacedFailure(...failure),
  };
}
