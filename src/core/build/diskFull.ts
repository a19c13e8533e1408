import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { formatBytes } from "../../shared/bytes.ts";
import { Failure } from "../failure.ts";

const said = /No space left on device|ENOSPC|Disk quota exceeded|File too large/;

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "is full",
  EDQUOT: "is full for this user (quota)",
  EFBIG: "may not hold so large a file (a limit of this user or of the file system)",
};

/**
 * Turns "no space left", wherever it came from (our own writes, a tool's words), into a Failure `disk-full` that
 * names the file system and the way out. Every other error comes back unchanged.
 * @param folders where the work was writing; the fullest one is meant when the error names no path.
 */
export function explainDiskFull(error: unknown, folders: readonly string[]): unknown {
  const found = findCause(error);
  if (!found) return error;
  const path = found.path ?? fullest(folders);
  const root = mountPoint(path);
  return new Failure(
    "disk-full",
    `The file system at ${root} (${freeSpace(root)} free) ${reasons[found.code] ?? "is full"}.`,
    {
      advice: `Whittle was writing in ${path}. Free some space there, or shrink the cache with: whittle cache prune --max 5G`,
      cause: error,
    },
  );
}

function findCause(error: unknown): { code: string; path: string | undefined } | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, path } = each as NodeJS.ErrnoException;
    if (code !== undefined && code in reasons) return { code, path };
    if (code === "tool-failed" && said.test(each.message)) return { code: "ENOSPC", path: undefined };
  }
  return undefined;
}

function fullest(folders: readonly string[]): string {
  const free = (folder: string): number => {
    const { bavail, bsize } = statfsSync(existing(folder));
    return bavail * bsize;
  };
  return [...folders].sort((a, b) => free(a) - free(b))[0] ?? "/";
}

// The highest folder that is still on the same device.
function mountPoint(path: string): string {
  let at = existing(path);
  const device = statSync(at).dev;
  while (dirname(at) !== at && statSync(dirname(at)).dev === device) at = dirname(at);
  return at;
}

function existing(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

function freeSpace(path: string): string {
  const { bavail, bsize } = statfsSync(path);
  return formatBytes(bavail * bsize);
}
