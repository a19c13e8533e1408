import { Failure } from "../../failure.ts";
import type { TreeEntry } from "../../tree/tree.ts";
import { fileIdentity, type LayerBlobs } from "../layerBlobs.ts";

const typeBits = {
  fifo: 0o010000,
  char: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  symlink: 0o120000,
} as const;
// Six and eleven octal digits.
const mostSmall = 0o777_777;
const mostLarge = 0o77_777_777_777;

/**
 * Writes entries as a cpio archive of the portable kind (POSIX.1, `cpio -H odc`), in their order. Each name of a file
 * with several carries its bytes, as other writers have it.
 * @throws Failure `boot-archive-entry` for what the format has no room for
 */
export async function* writeOdc(
  entries: readonly TreeEntry[],
  blobs: LayerBlobs,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const names = new Map<string, number>();
  for (const entry of entries) names.set(identity(entry), (names.get(identity(entry)) ?? 0) + 1);
  const numbers = new Map<string, number>();
  for (const entry of entries) {
    signal.throwIfAborted();
    const id = identity(entry);
    const number = numbers.get(id) ?? numbers.size + 1;
    numbers.set(id, number);
    yield header(entry, number, names.get(id) ?? 1);
    if (entry.type === "file") yield* blobs.whole(entry);
    else if (entry.type === "symlink") yield Buffer.from(entry.target);
  }
  yield encode("TRAILER!!!", [0, 0, 0, 0, 0, 1, 0], 0, 0);
}

function identity(entry: TreeEntry): string {
  return entry.type === "file" ? fileIdentity(entry) : `/${entry.path}`;
}

function header(entry: TreeEntry, number: number, names: number): Buffer {
  const device = entry.type === "char" || entry.type === "block" ? entry.major * 256 + entry.minor : 0;
  const small = [0, number, typeBits[entry.type] | entry.mode, entry.uid, entry.gid, names, device];
  const size = sizeOf(entry);
  if (small.some(value => value > mostSmall) || size > mostLarge) {
    throw new Failure(
      "boot-archive-entry",
      `/${entry.path} does not fit into an archive of the format odc: owners, inodes and device numbers reach to ${mostSmall}, sizes to 8 GiB.`,
      { advice: "Give it another owner, remove it, or write format: newc where the loader reads that." },
    );
  }
  return encode(entry.path, small, Math.max(0, entry.mtime), size);
}

function sizeOf(entry: TreeEntry): number {
  if (entry.type === "file") return entry.size;
  return entry.type === "symlink" ? Buffer.byteLength(entry.target) : 0;
}

function encode(name: string, small: readonly number[], mtime: number, size: number): Buffer {
  const nameSize = Buffer.byteLength(name) + 1;
  const fields = small.map(value => octal(value, 6)).join("");
  return Buffer.from(`070707${fields}${octal(mtime, 11)}${octal(nameSize, 6)}${octal(size, 11)}${name}\0`);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
