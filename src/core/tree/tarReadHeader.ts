import { Buffer } from "node:buffer";
import { Damage } from "./tarReadDamage.ts";
import { untilNul } from "./tarReadText.ts";

export const blockSize = 512;

/** Which of tar's dialects a header block is written in. */
export type TarDialect = "v7" | "ustar" | "gnu";

/** The fields of one 512-byte header block. */
export interface TarHeader {
  readonly block: Buffer;
  readonly dialect: TarDialect;
  readonly name: Buffer;
  readonly link: Buffer;
  /** One character; `0` also for the NUL that old archives have. */
  readonly flag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes that follow in the archive, before padding. */
  readonly size: number;
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
}

/** Reads a header block; undefined for a block of zeros. @throws Damage when its checksum or a number is wrong. */
export function readHeader(block: Buffer): TarHeader | undefined {
  const sum = byteSum(block);
  if (sum === 0) return undefined;
  if (!checksumFits(block, sum)) throw new Damage("the checksum of a header is wrong");
  const dialect = dialectOf(block);
  const flag = block[156] || 0x30;
  return {
    block,
    dialect,
    name: fullName(block, dialect),
    link: untilNul(block.subarray(157, 257)),
    flag: String.fromCharCode(flag),
    mode: readNumber(block, 100, 8) & 0o7777,
    uid: readNumber(block, 108, 8),
    gid: readNumber(block, 116, 8),
    size: readSize(block, 124),
    mtime: readNumber(block, 136, 12),
    major: dialect === "v7" ? 0 : readNumber(block, 329, 8),
    minor: dialect === "v7" ? 0 : readNumber(block, 337, 8),
  };
}

/** `size` and what fills its last block. */
export function padded(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

/** True when `block` is 512 bytes that a tar archive can begin with. */
export function looksLikeTar(block: Buffer): boolean {
  if (block.length < blockSize) return false;
  const sum = byteSum(block);
  return sum === 0 || checksumFits(block, sum);
}

/** A size in a 12-byte field: never negative. @throws Damage. */
export function readSize(block: Buffer, at: number): number {
  const size = readNumber(block, at, 12);
  if (size < 0) throw new Damage("a header gives a negative size");
  return size;
}

/** A number in octal digits or, with the first bit set, in base 256. @throws Damage. */
export function readNumber(block: Buffer, at: number, width: number): number {
  const first = block[at] ?? 0;
  if (first & 0x80) return readBase256(block, at, width);
  let value = 0;
  let digits = 0;
  for (let i = at; i < at + width; i++) {
    const byte = block[i] ?? 0;
    if (byte >= 0x30 && byte <= 0x37) {
      value = value * 8 + byte - 0x30;
      digits++;
    } else if (byte === 0 || (byte === 0x20 && digits > 0)) {
      break;
    } else if (byte !== 0x20) {
      throw new Damage("a header holds a number that cannot be read");
    }
  }
  return value;
}

function readBase256(block: Buffer, at: number, width: number): number {
  const first = block[at] ?? 0;
  let value = BigInt(first & 0x7f);
  for (let i = at + 1; i < at + width; i++) value = (value << 8n) | BigInt(block[i] ?? 0);
  const number = Number(BigInt.asIntN(width * 8 - 1, value));
  if (!Number.isSafeInteger(number)) throw new Damage("a header holds a number too large to be true");
  return number;
}

function byteSum(block: Buffer): number {
  let sum = 0;
  for (let i = 0; i < blockSize; i++) sum += block[i] ?? 0;
  return sum;
}

// The checksum counts its own eight bytes as spaces. Some old writers summed signed bytes.
function checksumFits(block: Buffer, sum: number): boolean {
  let stored = 0;
  for (let i = 148; i < 156; i++) {
    const byte = block[i] ?? 0;
    if (byte >= 0x30 && byte <= 0x37) stored = stored * 8 + byte - 0x30;
    else if (byte !== 0 && byte !== 0x20) return false;
  }
  const field = block.subarray(148, 156).reduce((total, byte) => total + byte, 0);
  const unsigned = sum - field + 8 * 0x20;
  if (stored === unsigned) return true;
  const high = block.reduce((count, byte, i) => (byte > 127 && (i < 148 || i > 155) ? count + 1 : count), 0);
  return stored === unsigned - 256 * high;
}

function dialectOf(block: Buffer): TarDialect {
  const magic = block.toString("latin1", 257, 265);
  if (magic === "ustar  \0") return "gnu";
  return magic.startsWith("ustar") ? "ustar" : "v7";
}

function fullName(block: Buffer, dialect: TarDialect): Buffer {
  const name = untilNul(block.subarray(0, 100));
  if (dialect !== "ustar" || block[345] === 0) return name;
  // star's own dialect keeps two times in the last bytes of the prefix.
  const prefixEnd = block.toString("latin1", 508, 512) === "tar\0" ? 476 : 500;
  return Buffer.concat([untilNul(block.subarray(345, prefixEnd)), Buffer.from("/"), name]);
}
