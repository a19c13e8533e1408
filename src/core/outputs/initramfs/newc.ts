import { Failure } from "../../failure.ts";
import type { Entry } from "../../tree/entry.ts";

/** An entry on its way into a cpio archive, with what its body needs. */
export interface CpioSource {
  readonly entry: Entry;
  /** For a file with several names: the same text for each of them. */
  readonly link?: string | undefined;
  /** The content of a file: exactly `entry.size` bytes. */
  readonly content?: (() => AsyncIterable<Uint8Array>) | Uint8Array | undefined;
}

interface CpioMember {
  readonly source: CpioSource;
  readonly ino: number;
  readonly names: number;
  /** Length of the body that follows this name. */
  readonly size: number;
}

// The kernel leaves out what has a longer path, without a word.
const longestName = 4096;
const largestFile = 0xffff_ffff;
const trailer = "TRAILER!!!";
const typeBits = {
  fifo: 0o010000,
  char: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  symlink: 0o120000,
} as const;

/** An archive in the format that the kernel unpacks at boot: cpio "newc". Its length is known before it is written. */
export interface NewcArchive {
  readonly bytes: number;
  write(signal: AbortSignal): AsyncGenerator<Uint8Array>;
}

/**
 * Plans an archive of `sources`, in their order, with inode numbers counted from 1.
 * @throws Failure `initramfs-file-too-large` or `initramfs-path-too-long`, naming the entry.
 */
export function planNewc(sources: readonly CpioSource[]): NewcArchive {
  const members = numbered(sources);
  let bytes = headerLength(trailer);
  for (const { source, size } of members) bytes += headerLength(source.entry.path) + padded(size);
  return { bytes, write: signal => write(members, signal) };
}

async function* write(members: readonly CpioMember[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (const member of members) {
    signal.throwIfAborted();
    yield header(member);
    if (member.size === 0) continue;
    yield* body(member.source);
    yield Buffer.alloc(padded(member.size) - member.size);
  }
  yield encode(trailer, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
}

async function* body({ entry, content }: CpioSource): AsyncGenerator<Uint8Array> {
  if (entry.type === "symlink") yield Buffer.from(entry.target);
  else if (typeof content === "function") yield* content();
  else if (content) yield content;
}

// Unpackers take the content of a file with several names from the last of them.
function numbered(sources: readonly CpioSource[]): CpioMember[] {
  const names = new Map<string, number>();
  for (const { link } of sources) if (link !== undefined) names.set(link, (names.get(link) ?? 0) + 1);
  const inodes = new Map<string, { readonly ino: number; left: number }>();
  let last = 0;
  return sources.map(source => {
    checkFits(source.entry);
    const count = source.link === undefined ? 1 : (names.get(source.link) ?? 1);
    if (source.link === undefined || count === 1) {
      return { source, ino: ++last, names: count, size: bodySize(source.entry) };
    }
    const known = inodes.get(source.link) ?? { ino: ++last, left: count };
    inodes.set(source.link, known);
    known.left--;
    return { source, ino: known.ino, names: count, size: known.left === 0 ? bodySize(source.entry) : 0 };
  });
}

function bodySize(entry: Entry): number {
  if (entry.type === "file") return entry.size;
  return entry.type === "symlink" ? Buffer.byteLength(entry.target) : 0;
}

function checkFits(entry: Entry): void {
  if (entry.type === "file" && entry.size > largestFile) {
    throw new Failure(
      "initramfs-file-too-large",
      `/${entry.path} has ${entry.size} bytes, but no file in an initramfs can have 4 GiB or more.`,
      { advice: "Remove the file, or use a disk output for this recipe." },
    );
  }
  if (Buffer.byteLength(entry.path) >= longestName) {
    throw new Failure(
      "initramfs-path-too-long",
      `The path /${entry.path.slice(0, 200)}… is too long to boot.`,
      {
        advice: `A path in an initramfs has fewer than ${longestName} bytes.`,
      },
    );
  }
}

function header({ source: { entry }, ino, names, size }: CpioMember): Buffer {
  const device = entry.type === "char" || entry.type === "block" ? entry : { major: 0, minor: 0 };
  const mode = typeBits[entry.type] | entry.mode;
  const mtime = Math.min(Math.max(0, Math.floor(entry.mtime)), 0xffff_ffff);
  const { uid, gid } = entry;
  return encode(entry.path, [ino, mode, uid, gid, names, mtime, size, 0, 0, device.major, device.minor]);
}

/** Magic, the eleven fields that stand before the name's length, that length, a checksum of 0, the name. */
function encode(name: string, fields: readonly number[]): Buffer {
  const hex = [...fields, Buffer.byteLength(name) + 1, 0].map(value => value.toString(16).padStart(8, "0"));
  const whole = Buffer.alloc(headerLength(name));
  whole.write(`070701${hex.join("")}${name}`);
  return whole;
}

function headerLength(name: string): number {
  return padded(110 + Buffer.byteLength(name) + 1);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
