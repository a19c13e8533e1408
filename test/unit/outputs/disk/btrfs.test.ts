import { expect, it } from "vitest";
import { checksum, crc32cFrom } from "../../../../src/core/outputs/disk/btrfs/checksum.ts";
import { chunksAround, divisionFor, firstChunk } from "../../../../src/core/outputs/disk/btrfs/chunks.ts";
import { nameHash } from "../../../../src/core/outputs/disk/btrfs/folderItems.ts";
import { item } from "../../../../src/core/outputs/disk/btrfs/format.ts";
import { openSpace } from "../../../../src/core/outputs/disk/btrfs/space.ts";
import { packTree } from "../../../../src/core/outputs/disk/btrfs/treeNodes.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

it("computes CRC-32C, at any place and of any length", () => {
  expect(checksum(Buffer.from("123456789"))).toBe(0xe3069283);
  expect(checksum(Buffer.from("x123456789y"), 1, 10)).toBe(0xe3069283);
  expect(crc32cFrom(5, Buffer.alloc(0))).toBe(5);
});

it("hashes names as the kernel does", () => {
  // As mkfs.btrfs 6.2 writes it for the default subvolume.
  expect(nameHash(Buffer.from("default"))).toBe(2378154706n);
});

it("hands out space around the copies of the superblock, and never across a border", () => {
  const space = openSpace(firstChunk, Number.MAX_SAFE_INTEGER);
  expect(space.take(5000)).toEqual({ at: firstChunk, length: 8192 });
  expect(space.take(GiB).length).toBe(64 * MiB - firstChunk - 8192);
  expect(space.take(1).at).toBe(64 * MiB + 64 * 1024);
  expect(space.take(GiB).length).toBe(128 * MiB);
  const bordered = openSpace(0, MiB);
  expect([bordered.take(3 * MiB).length, bordered.take(3 * MiB).at]).toEqual([MiB, MiB]);
  const nodes = openSpace(64 * MiB - 4096, Number.MAX_SAFE_INTEGER);
  expect(nodes.takeWhole(16_384)).toBe(64 * MiB + 64 * 1024);
});

it("packs items into blocks under one root", () => {
  const items = Array.from({ length: 1000 }, (_, index) =>
    item(BigInt(index), 1, 0n, Buffer.alloc(index % 500)),
  );
  const nodes = packTree(items, 4096);
  const leaves = nodes.filter(({ level }) => level === 0);
  expect(leaves.flatMap(leaf => leaf.items)).toEqual(items);
  for (const leaf of leaves) {
    const bytes = leaf.items.reduce((sum, { data }) => sum + 25 + data.length, 101);
    expect(bytes).toBeLessThanOrEqual(4096);
  }
  expect(nodes.at(-1)?.children).toHaveLength(leaves.length);
  expect(packTree([], 4096)).toHaveLength(1);
});

it("divides small devices into one chunk, large ones into several", () => {
  const small = chunksAround(divisionFor(100 * MiB), 50 * MiB, 51 * MiB, { bytes: undefined, free: MiB });
  expect(small.chunks).toHaveLength(2);
  expect(small.bytes).toBe(54 * MiB);
  expect(small.least).toBe(53 * MiB);
  const large = chunksAround(divisionFor(4 * GiB), firstChunk + 2.5 * GiB, firstChunk + 2.6 * GiB, {
    bytes: 4 * GiB,
    free: 0,
  });
  expect(large.chunks.map(({ type }) => type)).toEqual([2n, 1n, 1n, 1n, 4n]);
  expect(large.bytes).toBe(4 * GiB);
});
