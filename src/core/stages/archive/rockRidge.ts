import { open } from "node:fs/promises";

const primaryDescriptor = 0x8000;
/** Where, in the primary descriptor, the blocks' size and the first block of the root directory stand. */
const blockSizeAt = 128;
const rootBlockAt = 156 + 2;
/** Behind a record's fixed part and the one byte of its name; discs with CD-ROM XA have 14 bytes before. */
const extensionsAt = [34, 48];

/**
 * Whether an ISO 9660 image has the extensions that Rock Ridge's modes and owners are kept in.
 * Source: IEEE P1281 (SUSP), section 5.3: the first record of the root directory has the entry `SP`.
 */
export async function hasRockRidge(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const read = async (position: number, length: number): Promise<Buffer> =>
      (await file.read(Buffer.alloc(length), 0, length, position)).buffer;
    const descriptor = await read(primaryDescriptor, 256);
    const root = descriptor.readUInt32LE(rootBlockAt) * descriptor.readUInt16LE(blockSizeAt);
    const record = await read(root, 64);
    return extensionsAt.some(at => record.toString("latin1", at, at + 2) === "SP");
  } finally {
    await file.close();
  }
}
