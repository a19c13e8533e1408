import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import { isObject } from "./jsonLines.ts";

/** A finding about this computer, with all that it depends on. */
interface Verdict {
  readonly key: string;
  readonly value: string;
  /** ms since 1970. */
  readonly at: number;
}

/**
 * What was found out earlier under `name`, if everything it depends on is still the same; else asks `find` and keeps
 * the answer in the cache folder.
 * @param key names all that the answer depends on
 * @param lastsMs how long an answer holds at most
 */
export async function remembered(
  host: Host,
  name: string,
  key: string,
  lastsMs: (value: string) => number,
  find: () => Promise<string>,
): Promise<string> {
  const path = join(host.cacheDir, "machine", `${name}.json`);
  const known = await read(path);
  if (known?.key === key && Date.now() - known.at < lastsMs(known.value)) return known.value;
  const value = await find();
  await write(path, { key, value, at: Date.now() });
  return value;
}

/** Changes when a program is replaced. */
export async function programIdentity(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return [path, size, mtimeMs, ino].join(" ");
}

async function read(path: string): Promise<Verdict | undefined> {
  try {
    const verdict: unknown = JSON.parse(await readFile(path, "utf8"));
    if (!isObject(verdict)) return undefined;
    const { key, value, at } = verdict;
    const whole = typeof key === "string" && typeof value === "string" && typeof at === "number";
    return whole ? { key, value, at } : undefined;
  } catch {
    return undefined;
  }
}

// A cache that cannot be written costs time, not correctness.
async function write(path: string, verdict: Verdict): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, JSON.stringify(verdict));
    await rename(temporary, path);
  } catch {
    return;
  }
}
