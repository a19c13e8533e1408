import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { InputFile, Place } from "../stages/stage.ts";
import { digestOfFile, sha256 } from "./digest.ts";
import { type HashMemo, openHashMemo } from "./hashMemo.ts";
import { missingInput, unreadableInput } from "./inputFailures.ts";

/** An input and what was found there. */
export interface HashedInput extends InputFile {
  /** sha256 (hex) over contents, types, permission bits, link targets and, in a folder, names. */
  readonly sha256: string;
}

// Reading a small file costs no more than looking up what it held.
const smallBytes = 64 * 1024;

/**
 * Hashes the inputs of one stage or output. Unchanged files are not read again (see HashMemo).
 * @throws Failure `input-missing` or `input-unreadable`, placed where the recipe names the input.
 */
export async function hashInputs(
  inputs: readonly InputFile[],
  place: Place,
  cacheDir: string,
  signal: AbortSignal,
): Promise<readonly HashedInput[]> {
  const hashed: HashedInput[] = [];
  for (const input of inputs) {
    try {
      hashed.push({ ...input, sha256: await hashInput(input.path, cacheDir, signal) });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT" || code === "ENOTDIR") throw await missingInput(input, place);
      if (code === "EACCES" || code === "EPERM" || code === "ELOOP")
        throw unreadableInput(input, place, error);
      throw error;
    }
  }
  return hashed;
}

/** The hash of one file or folder; a symbolic link at `path` itself is followed, links inside a folder are not. */
export async function hashInput(path: string, cacheDir: string, signal: AbortSignal): Promise<string> {
  const root = realpathSync(path);
  const stat = lstatSync(root, { bigint: true });
  if (!stat.isDirectory() && stat.size <= smallBytes) return sha256(smallFile(root, stat));
  const memo = openHashMemo(cacheDir, root);
  const lines = stat.isDirectory()
    ? await folderLines(root, memo, signal)
    : [await fileLine("", root, stat, memo, signal)];
  await memo.save();
  return sha256(lines.join("\n"));
}

function smallFile(path: string, stat: BigIntStats): string {
  return line("", "file", stat, stat.isFile() ? sha256(readFileSync(path)) : String(stat.rdev));
}

async function folderLines(root: string, memo: HashMemo, signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [line("", "directory", lstatSync(root, { bigint: true }), "")];
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  for (const [index, name] of names.entries()) {
    // Thousands of stats in a row would hold up an editor's extension host.
    if (index % 500 === 499) await turn(undefined, { signal });
    lines.push(await entryLine(name, join(root, name), memo, signal));
  }
  return lines;
}

async function entryLine(name: string, path: string, memo: HashMemo, signal: AbortSignal): Promise<string> {
  const stat = lstatSync(path, { bigint: true });
  if (stat.isFile()) return fileLine(name, path, stat, memo, signal);
  if (stat.isDirectory()) return line(name, "directory", stat, "");
  if (stat.isSymbolicLink()) return line(name, "link", stat, readlinkSync(path));
  return line(name, "special", stat, String(stat.rdev));
}

async function fileLine(
  name: string,
  path: string,
  stat: BigIntStats,
  memo: HashMemo,
  signal: AbortSignal,
): Promise<string> {
  const known = memo.get(path, stat);
  if (known) return line(name, "file", stat, known);
  const began = Date.now();
  const small = stat.size <= smallBytes;
  const sum = small ? sha256(readFileSync(path)) : (await digestOfFile(path, signal)).sha256;
  const after = lstatSync(path, { bigint: true });
  if (after.mtimeNs === stat.mtimeNs && after.size === stat.size) memo.set(path, stat, sum, began);
  return line(name, "file", stat, sum);
}

function line(name: string, type: string, stat: BigIntStats, content: string): string {
  // A link's own permission bits mean nothing and differ between systems.
  const mode = type === "link" ? 0n : stat.mode & 0o7777n;
  return JSON.stringify([name, type, mode.toString(8), content]);
}
