import { expect, test } from "vitest";
import { efiPrograms, fatBudget } from "../../../src/core/analysis/inspect/fatFiles.ts";
import { fileSystemOf } from "../../../src/core/analysis/inspect/fileSystem.ts";
import { isCount } from "../../../src/shared/protocol/guards.ts";
import { imageOf } from "./imageOf.ts";

const { signal } = new AbortController();
const sector = 512;
const clusters = 6000;
const tableSectors = 24;
const rootAt = (1 + tableSectors) * sector;
const dataAt = rootAt + sector;

/** FAT16 with one cluster a sector. */
function fat16(): Buffer {
  const image = Buffer.alloc(dataAt + clusters * sector);
  image.writeUInt16LE(sector, 0x0b);
  image[0x0d] = 1;
  image.writeUInt16LE(1, 0x0e);
  image[0x10] = 1;
  image.writeUInt16LE(16, 0x11);
  image.writeUInt16LE(image.length / sector, 0x13);
  image.writeUInt16LE(tableSectors, 0x16);
  image.write("FAT16   ", 0x36, "latin1");
  return image;
}

function entry(image: Buffer, at: number, name: string, attributes: number, cluster: number): void {
  image.write(name.padEnd(11), at, "latin1");
  image[at + 11] = attributes;
  image.writeUInt16LE(cluster, at + 26);
}

const link = (image: Buffer, cluster: number, next: number) =>
  image.writeUInt16LE(next, sector + cluster * 2);

test("a chain of clusters that comes back to itself is read once", async () => {
  const image = fat16();
  entry(image, rootAt, "EFI", 0x10, 2);
  link(image, 2, 2);
  entry(image, dataAt, "A       EFI", 0, 9);
  const bytes = imageOf(image);
  expect(await efiPrograms(bytes, fatBudget(signal))).toEqual([{ path: "/EFI/A.EFI", bytes: 0 }]);
  expect(bytes.taken()).toBeLessThan(8 * sector);
});

test("long folders end with the budget that all file systems of an image share", async () => {
  const image = fat16();
  entry(image, rootAt, "EFI", 0x10, 2);
  for (let cluster = 2; cluster < clusters; cluster++) link(image, cluster, cluster + 1);
  // Deleted entries: the folder goes on.
  image.fill(0xe5, dataAt);
  const bytes = imageOf(image);
  const budget = fatBudget(signal);
  await efiPrograms(bytes, budget);
  expect(budget.clusters).toBe(0);
  const taken = bytes.taken();
  expect(taken).toBeLessThan(2100 * (sector + 4));
  await efiPrograms(bytes, budget);
  expect(bytes.taken() - taken).toBeLessThan(4 * sector);
});

test("the reading ends when nobody waits for it any more", async () => {
  const image = fat16();
  entry(image, rootAt, "EFI", 0x10, 2);
  await expect(efiPrograms(imageOf(image), fatBudget(AbortSignal.abort()))).rejects.toThrow("aborted");
});

test("sizes of a damaged superblock can be counted with", async () => {
  const image = Buffer.alloc(70_000);
  image.write("_BHRfS_M", 0x10040, "latin1");
  image.writeBigUInt64LE(2n ** 63n, 0x10070);
  image.writeBigUInt64LE(2n ** 64n - 1n, 0x10078);
  const found = await fileSystemOf(imageOf(image), fatBudget(signal));
  expect([found?.bytes, found?.freeBytes].every(isCount)).toBe(true);
});
