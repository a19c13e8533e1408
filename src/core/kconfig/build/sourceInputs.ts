import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { InputFile, Place } from "../../stages/stage.ts";
import type { Source } from "./sourceFields.ts";

/** True for what is fetched instead of read from the host. */
export function isUrl(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
}

/**
 * What of a source lies on this machine. A folder counts by what is in it, but for the history that git keeps there:
 * a commit alone changes nothing that is compiled.
 */
export function sourceInputs(source: Source, place: Place): InputFile[] {
  if (typeof source !== "string" || isUrl(source)) return [];
  const path = resolve(place.baseDir, source);
  const at = ["source"];
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [{ path, at }];
  const names = readdirSync(path).filter(name => name !== ".git");
  return names.sort().map(name => ({ path: join(path, name), at }));
}
