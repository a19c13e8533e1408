import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Failure } from "../../failure.ts";
import { comparePaths } from "../../tree/order.ts";

/** One thing in a folder on the host. */
export interface HostItem {
  /** Path inside the folder. */
  readonly path: string;
  /** Absolute path on the host. */
  readonly source: string;
  readonly stat: Stats;
}

/**
 * Everything in a folder on the host but the folder itself, each folder before what is in it, names in byte order.
 * Links are not followed.
 * @param ignored says, by path inside the folder, what is left out; with a folder goes all that is in it
 * @throws Failure `bad-path` for a name that is not UTF-8, `folder-unreadable`.
 */
export async function* walkHostFolder(
  root: string,
  ignored: (path: string) => boolean,
  signal: AbortSignal,
  inside = "",
): AsyncGenerator<HostItem> {
  const folder = join(root, inside);
  signal.throwIfAborted();
  await nextTurn();
  for (const name of namesIn(folder)) {
    const path = inside === "" ? name : `${inside}/${name}`;
    if (ignored(path)) continue;
    const source = join(root, path);
    const stat = lstatSync(source);
    yield { path, source, stat };
    if (stat.isDirectory()) yield* walkHostFolder(root, ignored, signal, path);
  }
}

/** Where a symbolic link on the host points to, as it is written there. */
export function linkTarget(source: string): string {
  return decode(readlinkSync(source, "buffer"), source);
}

function namesIn(folder: string): string[] {
  const names = listing(folder).map(name => decode(name, folder));
  return names.sort(comparePaths);
}

function listing(folder: string): Buffer[] {
  try {
    return readdirSync(folder, "buffer");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("folder-unreadable", `${folder} cannot be read: ${why}.`, { cause });
  }
}

function decode(bytes: Buffer, where: string): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text).equals(bytes)) return text;
  throw new Failure("bad-path", `A name in ${where} is not UTF-8: ${JSON.stringify(text)}.`, {
    advice: "Rename it, or leave it out with `ignore`.",
  });
}
