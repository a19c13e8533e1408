import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import type { Failure } from "../failure.ts";
import type { InputFile, Place } from "../stages/stage.ts";

const shownNames = 8;

/** Says what the folder holds where the input should be, and which of it is probably meant. */
export async function missingInput(input: InputFile, place: Place): Promise<Failure> {
  let missing = input.path;
  while (!existsSync(dirname(missing)) && dirname(missing) !== missing) missing = dirname(missing);
  const folder = dirname(missing);
  const { distance } = await import("fastest-levenshtein");
  const wanted = basename(missing);
  const names = namesIn(folder).sort((a, b) => distance(a, wanted) - distance(b, wanted));
  const nearest = names[0];
  const likely = nearest && distance(nearest, wanted) <= Math.max(2, wanted.length / 3) ? nearest : undefined;
  const here = relative(place.baseDir, folder) || ".";
  const held = names.slice(0, shownNames).join(", ") + (names.length > shownNames ? ", …" : "");
  return place.fail("input-missing", `${relative(place.baseDir, input.path)} does not exist.`, {
    at: input.at,
    advice: likely
      ? `Did you mean ${likely}? The folder ${here} holds: ${held}.`
      : `The folder ${here} (${folder}) holds: ${held || "nothing"}.`,
  });
}

export function unreadableInput(input: InputFile, place: Place, cause: unknown): Failure {
  const path = (cause as NodeJS.ErrnoException).path ?? input.path;
  return place.fail("input-unreadable", `${relative(place.baseDir, path)} cannot be read.`, {
    at: input.at,
    advice: "Check the permissions of the file and of the folders above it.",
    cause,
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
