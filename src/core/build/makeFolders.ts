import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * mkdir -p. Node's own never ends where a folder exists but takes no new ones and says "no such file", as /proc
 * and some network file systems do.
 * @returns the highest folder that was made, undefined when all were there.
 */
export function makeFolders(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const above = dirname(path) === path ? undefined : makeFolders(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process was faster, which is as good.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
    return above;
  }
  return above ?? path;
}
