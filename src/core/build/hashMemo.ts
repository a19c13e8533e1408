import { type BigIntStats, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./digest.ts";
import { makeTempFolder } from "./tempFolder.ts";

/** Remembered sha256 sums of the files of one input, so that an unchanged file costs a stat. */
export interface HashMemo {
  /** The sum of `path`, if the file has not changed since it was remembered. */
  get(path: string, stat: BigIntStats): string | undefined;
  /** @param hashedAt when reading began, in ms since 1970. */
  set(path: string, stat: BigIntStats, sum: string, hashedAt: number): void;
  /** Writes what is new, by rename; a memo that cannot be written is only slower. */
  save(): Promise<void>;
}

/** Path -> [size, mtimeNs, ctimeNs, ino, sum]. */
type Remembered = Record<string, readonly [string, string, string, string, string]>;

const format = 1;

/** The memo of the input file or folder `input`. */
export function openHashMemo(cacheDir: string, input: string): HashMemo {
  const folder = join(cacheDir, "hashes");
  const file = join(folder, `${sha256(input).slice(0, 32)}.json`);
  const old = read(file);
  const used: Remembered = {};
  let changed = false;
  return {
    get(path, stat) {
      const known = old[path];
      if (!known || known.slice(0, 4).join() !== identity(stat).join()) return undefined;
      used[path] = known;
      return known[4];
    },
    set(path, stat, sum, hashedAt) {
      if (!settled(stat, hashedAt)) return;
      const [size, mtime, ctime, ino] = identity(stat);
      used[path] = [size, mtime, ctime, ino, sum];
      changed = true;
    },
    async save() {
      if (!changed && Object.keys(used).length === Object.keys(old).length) return;
      await replace(file, folder, cacheDir, JSON.stringify({ format, input, files: used }));
    },
  };
}

function identity(stat: BigIntStats): [string, string, string, string] {
  return [String(stat.size), String(stat.mtimeNs), String(stat.ctimeNs), String(stat.ino)];
}

/**
 * A file written within one tick of its time stamp may change again and keep the stamp. Only a stamp that was
 * clearly past when reading began proves that the content read is the content there.
 */
function settled(stat: BigIntStats, hashedAt: number): boolean {
  const coarse = stat.mtimeNs % 1_000_000_000n === 0n && stat.ctimeNs % 1_000_000_000n === 0n;
  const tickMs = coarse ? 2_100 : 50;
  const newestMs = Math.max(Number(stat.mtimeMs), Number(stat.ctimeMs));
  return newestMs + tickMs < hashedAt;
}

function read(file: string): Remembered {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof parsed !== "object" || parsed === null || !("format" in parsed) || !("files" in parsed))
      return {};
    return parsed.format === format ? (parsed.files as Remembered) : {};
  } catch {
    return {};
  }
}

async function replace(file: string, folder: string, cacheDir: string, text: string): Promise<void> {
  const temp = makeTempFolder(join(cacheDir, "tmp"));
  try {
    mkdirSync(folder, { recursive: true });
    const fresh = temp.file();
    writeFileSync(fresh, text);
    renameSync(fresh, file);
  } catch {
    // A read-only or full cache costs time, not results.
  } finally {
    await temp.remove();
  }
}
