import { Damage } from "../../tree/tarReadDamage.ts";
import type { ByteFeed } from "../../tree/tarReadFeed.ts";

/** The forms of cpio that are read: SVR4 without and with checksums, and the old portable one. */
export type CpioDialect = "newc" | "crc" | "odc";

export interface CpioHeader {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly mtime: number;
  /** Bytes of body. */
  readonly size: number;
  /** Bytes between body and next header. */
  readonly padding: number;
  /** Of a device entry. */
  readonly major: number;
  readonly minor: number;
  /** Names the file among its hard links. */
  readonly inode: string;
  /** Bytes of the name with its NUL, and what follows until the body. */
  readonly nameLength: number;
  readonly namePadding: number;
  /** Sum of all bytes of a file's body, modulo 2^32; only in `crc`. */
  readonly checksum: number | undefined;
}

const longestName = 65_536;

/** The dialect by the first six bytes of a header, or undefined for anything else. */
export function cpioDialect(magic: Buffer): CpioDialect | undefined {
  switch (magic.toString("latin1", 0, 6)) {
    case "070701":
      return "newc";
    case "070702":
      return "crc";
    case "070707":
      return "odc";
    default:
      return undefined;
  }
}

/** @throws Damage when what comes next is no cpio header. */
export async function readCpioHeader(feed: ByteFeed): Promise<CpioHeader> {
  const dialect = cpioDialect(await feed.peek(6));
  const length = dialect === "odc" ? 76 : 110;
  const block = dialect && (feed.takeNow(length) ?? (await feed.take(length)));
  if (!block) {
    const ended = (await feed.peek(1)).length === 0;
    throw new Damage(
      ended ? "the mark at the end of the archive is missing" : "an entry's header cannot be read",
    );
  }
  const header = dialect === "odc" ? odcHeader(block) : newcHeader(block, dialect === "crc");
  if (header.nameLength < 1 || header.nameLength > longestName)
    throw new Damage("an entry's name cannot be read");
  return header;
}

function newcHeader(block: Buffer, summed: boolean): CpioHeader {
  const field = (index: number): number => digits(block, 6 + index * 8, 8, 16);
  const size = field(6);
  const nameLength = field(11);
  const mode = field(1);
  return {
    mode,
    uid: field(2),
    gid: field(3),
    links: field(4),
    mtime: field(5),
    size,
    padding: -size & 3,
    major: field(9),
    minor: field(10),
    inode: `${field(7)}:${field(8)}:${field(0)}`,
    nameLength,
    namePadding: -(110 + nameLength) & 3,
    checksum: summed && (mode & 0o170000) === 0o100000 ? field(12) : undefined,
  };
}

function odcHeader(block: Buffer): CpioHeader {
  const field = (at: number): number => digits(block, at, 6, 8);
  const device = field(42);
  return {
    mode: field(18),
    uid: field(24),
    gid: field(30),
    links: field(36),
    mtime: digits(block, 48, 11, 8),
    size: digits(block, 65, 11, 8),
    padding: 0,
    major: device >> 8,
    minor: device & 0xff,
    inode: `${field(6)}:${field(12)}`,
    nameLength: field(59),
    namePadding: 0,
    checksum: undefined,
  };
}

function digits(block: Buffer, at: number, width: number, base: 8 | 16): number {
  const text = block.toString("latin1", at, at + width);
  if (!(base === 8 ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/).test(text))
    throw new Damage("an entry's header cannot be read");
  return Number.parseInt(text, base);
}
