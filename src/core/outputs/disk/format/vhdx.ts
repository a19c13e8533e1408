import { type FileHandle, open } from "node:fs/promises";
import { crc32c } from "../../erofs/crc32c.ts";
import { mixedEndian } from "./uuidBytes.ts";

const KiB = 1024;
const headers = [64 * KiB, 128 * KiB] as const;
const headerBytes = 4 * KiB;
const regionTable = 192 * KiB;
const metadataRegion = mixedEndian("8b7ca206-4790-4b9a-b8fe-575f050f886e");
const page83Item = mixedEndian("beca12ab-b2e6-4523-93ef-c309e000c746");

/**
 * Sets the identities and serial numbers that QEMU draws by lot in a Hyper-V image, and empties its log, which is no
 * longer needed after a clean end.
 * Specification: MS-VHDX
 * @throws Error when the image is not one that was closed cleanly, which is a defect
 */
export async function setVhdxIdentity(path: string, uuid: (purpose: string) => string): Promise<void> {
  const file = await open(path, "r+");
  try {
    const found = await Promise.all(headers.map(at => read(file, at, headerBytes)));
    const order = found.map(header => header.readBigUInt64LE(8));
    const [first, second] = found;
    if (!first || !second || found.some(header => header.toString("latin1", 0, 4) !== "head")) {
      throw new Error(`${path} is no vhdx.`);
    }
    const current = (order[0] ?? 0n) > (order[1] ?? 0n) ? first : second;
    if (!current.subarray(48, 64).every(byte => byte === 0)) throw new Error(`${path} was not closed.`);
    await clear(file, Number(current.readBigUInt64LE(72)), current.readUInt32LE(68));
    for (const [index, header] of found.entries()) {
      header.writeBigUInt64LE(header === current ? 2n : 1n, 8);
      mixedEndian(uuid("file")).copy(header, 16);
      mixedEndian(uuid(header === current ? "data" : "data before")).copy(header, 32);
      header.writeUInt32LE(0, 4);
      header.writeUInt32LE(~crc32c(header) >>> 0, 4);
      await file.write(header, 0, headerBytes, headers[index]);
    }
    await setDiskId(file, mixedEndian(uuid("disk")));
  } finally {
    await file.close();
  }
}

async function setDiskId(file: FileHandle, id: Buffer): Promise<void> {
  const regions = await read(file, regionTable, 4 * KiB);
  const region = entryOf(regions, 16, 32, regions.readUInt32LE(8), metadataRegion);
  const start = Number(region.readBigUInt64LE(16));
  const table = await read(file, start, 64 * KiB);
  const item = entryOf(table, 32, 32, table.readUInt16LE(10), page83Item);
  await file.write(id, 0, 16, start + item.readUInt32LE(16));
}

function entryOf(table: Buffer, start: number, size: number, count: number, id: Buffer): Buffer {
  for (let index = 0; index < count; index++) {
    const at = start + index * size;
    if (table.subarray(at, at + 16).equals(id)) return table.subarray(at, at + size);
  }
  throw new Error("The vhdx lacks a table.");
}

async function clear(file: FileHandle, start: number, bytes: number): Promise<void> {
  await file.write(Buffer.alloc(bytes), 0, bytes, start);
}

async function read(file: FileHandle, start: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  await file.read(buffer, 0, bytes, start);
  return buffer;
}
