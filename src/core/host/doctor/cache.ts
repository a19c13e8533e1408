import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { formatBytes, GiB, MiB } from "../../../shared/bytes.ts";
import { check, type DoctorCheck } from "../doctor.ts";
import type { Host } from "../host.ts";

// A kernel with its modules, packed and unpacked, and an image of it.
const least = 500 * MiB;
const comfortable = 3 * GiB;

/** Whether the cache folder can be written to, and how much fits in. */
export async function checkCache(host: Host): Promise<DoctorCheck> {
  const folder = host.cacheDir;
  const there = await existing(folder);
  const elsewhere = "Or keep the cache elsewhere: set WHITTLE_CACHE (or the setting whittle.cacheDir).";
  const writable = await access(there, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable || !(await stat(there)).isDirectory()) {
    return check("cache", "missing", `The cache folder ${folder} cannot be written to.`, {
      cure: `Make ${there} a folder that belongs to you. ${elsewhere}`,
    });
  }
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const text = `The cache is ${folder}; ${formatBytes(free)} are free there.`;
  if (free >= comfortable) return check("cache", "ok", text);
  return check("cache", free < least ? "missing" : "note", `${text} Builds may need more.`, {
    cure: `Free some space, for example with: whittle cache prune --max 1G. ${elsewhere}`,
  });
}

/** The nearest folder above that is there. */
async function existing(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found || dirname(at) === at) return at;
  }
}
