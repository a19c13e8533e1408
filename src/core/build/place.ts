import { Failure } from "../failure.ts";
import type { Arch } from "../host/host.ts";
import type { LoadedItem } from "../recipe/loaded.ts";
import type { Place } from "../stages/stage.ts";

/** Where a stage or output was written: its base folder, and failures that point into its parameters. */
export function placeOf(item: LoadedItem, arch: Arch): Place {
  return {
    baseDir: item.baseDir,
    arch,
    fail: (code, message, details = {}) =>
      new Failure(code, message, {
        advice: details.advice,
        range: item.locate(details.at ?? []),
        cause: details.cause,
      }),
  };
}
