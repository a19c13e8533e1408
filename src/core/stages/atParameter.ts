import { Failure } from "../failure.ts";
import type { ParameterPath, Place } from "./stage.ts";

/** Runs `work`; a Failure that has no place yet is placed on the parameter at `at`. */
export async function atParameter<T>(
  place: Place,
  at: ParameterPath,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw located(place, at, error);
  }
}

/** The error, placed on the parameter at `at` when it is a Failure without a place. */
export function located(place: Place, at: ParameterPath, error: unknown): unknown {
  if (!(error instanceof Failure) || error.range) return error;
  const advice = error.advice === undefined ? {} : { advice: error.advice };
  return place.fail(error.code, error.message, { ...advice, at, cause: error.cause });
}
