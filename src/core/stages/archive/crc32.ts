import * as zlib from "node:zlib";

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function byTable(bytes: Uint8Array, before: number): number {
  let sum = ~before;
  for (const byte of bytes) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
}

/** The CRC-32 of gzip over `bytes`, going on from the sum `before` (0 at the start). */
// Node has it from 20.15 on.
export const crc32: (bytes: Uint8Array, before: number) => number =
  "crc32" in zlib ? (bytes, before) => zlib.crc32(bytes, before) : byTable;
