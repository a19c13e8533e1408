import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, ownToken } from "./processToken.ts";
import { removeFolder } from "./removeFolder.ts";

/** A folder that ends with the work it was made for; when this process is killed, the next build removes it. */
export interface TempFolder {
  /** Absolute. */
  readonly path: string;
  /** A new empty folder inside. */
  folder(): Promise<string>;
  /** A path inside at which nothing is yet. */
  file(): string;
  remove(): Promise<void>;
}

// How long a folder of a process that we cannot see (another container, another machine) is left alone.
const foreignAgeMs = 24 * 60 * 60 * 1000;

/** Makes `<parent>/<token of this process>-<random>/`, readable by this user only. */
export function makeTempFolder(parent: string): TempFolder {
  const path = join(parent, `${ownToken()}-${randomBytes(6).toString("hex")}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  let count = 0;
  const next = (): string => join(path, String(count++));
  return {
    path,
    async folder() {
      const folder = next();
      await mkdir(folder);
      return folder;
    },
    file: next,
    remove: () => removeFolder(path),
  };
}

/** Removes the temporary folders in `parent` whose processes are gone. */
export async function sweepTempFolders(parent: string): Promise<void> {
  for (const { path, alive } of listTempFolders(parent)) {
    if (alive === false || (alive === undefined && olderThan(path, foreignAgeMs))) await removeFolder(path);
  }
}

/** The temporary folders in `parent` and whether their process lives (undefined: cannot be told from here). */
export function listTempFolders(parent: string): { path: string; alive: boolean | undefined }[] {
  return names(parent).map(name => ({
    path: join(parent, name),
    alive: isAlive(name.slice(0, name.lastIndexOf("-"))),
  }));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function olderThan(path: string, ageMs: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > ageMs;
}
