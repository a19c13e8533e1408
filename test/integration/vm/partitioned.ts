import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";

/** A partition's content: a raw file system, or its first bytes. */
export interface Part {
  readonly content: Buffer;
  readonly bytes: number;
}

const sector = 512;
const mebibyte = 1024 * 1024;
const linux = Buffer.from("af3dc60f838472478e793d69d8477de4", "hex");

/** Writes a disk image whose partitions lie one after another from 1 MiB on. */
export async function writePartitioned(
  path: string,
  table: "gpt" | "mbr",
  parts: readonly Part[],
): Promise<void> {
  const disk = await open(path, "w");
  try {
    let at = mebibyte;
    const places = parts.map(({ bytes }) => {
      const first = at / sector;
      at += Math.ceil(bytes / mebibyte) * mebibyte;
      return { first, last: at / sector - 1 };
    });
    const sectors = at / sector + 2048;
    await disk.truncate(sectors * sector);
    for (const [index, { content }] of parts.entries()) {
      await disk.write(content, 0, content.length, (places[index]?.first ?? 0) * sector);
    }
    await disk.write(
      mbr(table === "gpt" ? [{ first: 1, last: sectors - 1, type: 0xee }] : places),
      0,
      sector,
      0,
    );
    if (table === "gpt") await disk.write(gpt(places, sectors), 0, 33 * sector, sector);
  } finally {
    await disk.close();
  }
}

interface Place {
  readonly first: number;
  readonly last: number;
  readonly type?: number;
}

function mbr(places: readonly Place[]): Buffer {
  const block = Buffer.alloc(sector);
  for (const [index, { first, last, type = 0x83 }] of places.entries()) {
    block.writeUInt8(type, 446 + index * 16 + 4);
    block.writeUInt32LE(first, 446 + index * 16 + 8);
    block.writeUInt32LE(last - first + 1, 446 + index * 16 + 12);
  }
  block.writeUInt16LE(0xaa55, 510);
  return block;
}

// https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html
function gpt(places: readonly Place[], sectors: number): Buffer {
  const entries = Buffer.alloc(128 * 128);
  for (const [index, { first, last }] of places.entries()) {
    linux.copy(entries, index * 128);
    entries.writeUInt8(index + 1, index * 128 + 16);
    entries.writeBigUInt64LE(BigInt(first), index * 128 + 32);
    entries.writeBigUInt64LE(BigInt(last), index * 128 + 40);
  }
  const header = Buffer.alloc(sector);
  header.write("EFI PART");
  header.writeUInt32LE(0x10000, 8);
  header.writeUInt32LE(92, 12);
  for (const [offset, value] of [
    [24, 1],
    [32, sectors - 1],
    [40, 34],
    [48, sectors - 34],
    [72, 2],
  ] as const)
    header.writeBigUInt64LE(BigInt(value), offset);
  header.writeUInt8(0x77, 56);
  header.writeUInt32LE(128, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(crc32(entries), 88);
  header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
  return Buffer.concat([header, entries]);
}
