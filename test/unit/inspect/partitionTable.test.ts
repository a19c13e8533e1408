import { expect, test } from "vitest";
import { partitionTable } from "../../../src/core/image/partitionTable.ts";
import { isCount } from "../../../src/shared/protocol/guards.ts";
import { imageOf } from "./imageOf.ts";

const sector = 512;

interface MbrRecord {
  readonly type: number;
  readonly first: number;
  readonly sectors: number;
  readonly active?: boolean;
}

function writeMbr(disk: Buffer, at: number, records: readonly MbrRecord[]): void {
  for (const [index, { type, first, sectors, active = false }] of records.entries()) {
    const start = at * sector + 446 + index * 16;
    disk[start] = active ? 0x80 : 0;
    disk[start + 4] = type;
    disk.writeUInt32LE(first, start + 8);
    disk.writeUInt32LE(sectors, start + 12);
  }
  disk.writeUInt16LE(0xaa55, at * sector + 510);
}

test("a master boot record: primary and logical partitions, with what is active", async () => {
  const disk = Buffer.alloc(64 * sector);
  writeMbr(disk, 0, [
    { type: 0x0c, first: 1, sectors: 7, active: true },
    { type: 5, first: 8, sectors: 32 },
  ]);
  writeMbr(disk, 8, [
    { type: 0x83, first: 1, sectors: 7 },
    { type: 5, first: 16, sectors: 8 },
  ]);
  writeMbr(disk, 24, [{ type: 0x82, first: 2, sectors: 6 }]);
  const { table, partitions } = await partitionTable(imageOf(disk));
  expect(table).toBe("mbr");
  expect(partitions).toEqual([
    { number: 1, type: "FAT32", active: true, start: 512, bytes: 7 * 512 },
    { number: 5, type: "Linux", active: false, start: 9 * 512, bytes: 7 * 512 },
    { number: 6, type: "Linux swap", active: false, start: 26 * 512, bytes: 6 * 512 },
  ]);
});

test("a chain of logical partitions that leads back to itself ends", async () => {
  const disk = Buffer.alloc(32 * sector);
  writeMbr(disk, 0, [{ type: 5, first: 8, sectors: 16 }]);
  writeMbr(disk, 8, [
    { type: 0x83, first: 1, sectors: 2 },
    { type: 5, first: 0, sectors: 8 },
  ]);
  expect((await partitionTable(imageOf(disk))).partitions).toHaveLength(1);
});

test("a GPT: names, types and PARTUUIDs as people write them", async () => {
  const disk = Buffer.alloc(64 * sector);
  writeMbr(disk, 0, [{ type: 0xee, first: 1, sectors: 63 }]);
  disk.write("EFI PART", sector, "latin1");
  disk.writeBigUInt64LE(2n, sector + 72);
  disk.writeUInt32LE(4, sector + 80);
  disk.writeUInt32LE(128, sector + 84);
  const entry = disk.subarray(2 * sector + 128, 2 * sector + 256);
  Buffer.from("28732ac11ff8d211ba4b00a0c93ec93b", "hex").copy(entry);
  Buffer.from("00112233445566778899aabbccddeeff", "hex").copy(entry, 16);
  entry.writeBigUInt64LE(40n, 32);
  entry.writeBigUInt64LE(47n, 40);
  entry.write("boot", 56, "utf16le");
  expect(await partitionTable(imageOf(disk))).toEqual({
    table: "gpt",
    marked: false,
    partitions: [
      {
        number: 2,
        type: "EFI system",
        name: "boot",
        uuid: "33221100-5544-7766-8899-aabbccddeeff",
        active: false,
        start: 40 * 512,
        bytes: 8 * 512,
      },
    ],
  });
});

test("bytes without a boot sector, and few bytes, have no table", async () => {
  for (const size of [0, 100, 4096]) {
    expect(await partitionTable(imageOf(Buffer.alloc(size)))).toEqual({
      table: "none",
      partitions: [],
      marked: false,
    });
  }
});

test("text where a table would be, as in the boot sector of Syslinux, is no table", async () => {
  const disk = Buffer.alloc(4096);
  writeMbr(disk, 0, [{ type: 0x83, first: 1, sectors: 7 }]);
  disk[446 + 16] = 0x42;
  expect((await partitionTable(imageOf(disk))).table).toBe("none");
});

test("positions that are too large to count with are bounded", async () => {
  const disk = Buffer.alloc(64 * sector);
  writeMbr(disk, 0, [{ type: 0xee, first: 1, sectors: 63 }]);
  disk.write("EFI PART", sector, "latin1");
  disk.writeBigUInt64LE(2n, sector + 72);
  disk.writeUInt32LE(2, sector + 80);
  disk.writeUInt32LE(128, sector + 84);
  disk.fill(1, 2 * sector, 2 * sector + 256);
  disk.writeBigUInt64LE(2n ** 60n, 2 * sector + 32);
  disk.writeBigUInt64LE(2n ** 61n, 2 * sector + 40);
  disk.writeBigUInt64LE(0n, 2 * sector + 128 + 32);
  disk.writeBigUInt64LE(2n ** 64n - 1n, 2 * sector + 128 + 40);
  const { partitions } = await partitionTable(imageOf(disk));
  expect(partitions).toHaveLength(2);
  expect(partitions.every(({ start, bytes }) => isCount(start) && isCount(bytes))).toBe(true);
});
