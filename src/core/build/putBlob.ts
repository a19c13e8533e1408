import { utimes } from "node:fs/promises";
import { blobPath, type StorePaths } from "./storePaths.ts";
import { moveSynced } from "./writeSynced.ts";

/**
 * Moves a finished file into the store under its sha256 (hex). Also when the same blob is there already: as a
 * fresh one it is safe from pruning until its manifest comes.
 * @returns its absolute path there.
 */
export async function putBlob(paths: StorePaths, from: string, sha256: string): Promise<string> {
  const now = new Date();
  await utimes(from, now, now);
  const path = blobPath(paths, sha256);
  await moveSynced(from, path);
  return path;
}
