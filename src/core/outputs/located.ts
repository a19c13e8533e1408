import { Failure } from "../failure.ts";
import type { Place } from "../stages/stage.ts";

/** Does `work`; a failure that does not know its place in the recipe gets that of the output. */
export async function located<T>(place: Place, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.range) throw error;
    const details = error.advice === undefined ? {} : { advice: error.advice };
    throw place.fail(error.code, error.message, { ...details, cause: error });
  }
}
