/** Numbers of the on-disk format of btrfs; see the kernel's include/uapi/linux/btrfs_tree.h. All little endian. */

export const sectorBytes = 4096;
export const superAt = 64 * 1024;
/** Where copies of the superblock lie; what a chunk has there is left alone, 64 KiB each. */
export const superCopies = [64 * 2 ** 20, 256 * 2 ** 30] as const;
export const stripeBytes = 64 * 1024;
/** One number for all that is written at once. */
export const generation = 1n;

export const headerBytes = 101;
export const itemHeadBytes = 25;
export const pointerBytes = 33;

export const trees = {
  root: 1n,
  extent: 2n,
  chunk: 3n,
  device: 4n,
  files: 5n,
  directory: 6n,
  checksum: 7n,
  uuid: 9n,
  freeSpace: 10n,
  relocation: -9n,
} as const;
export const checksumObject = -10n;
export const firstChunkObject = 256n;
export const rootFolder = 256n;

export const keys = {
  inode: 1,
  inodeRef: 12,
  inodeExtref: 13,
  xattr: 24,
  dirItem: 84,
  dirIndex: 96,
  extentData: 108,
  checksum: 128,
  root: 132,
  extent: 168,
  metadata: 169,
  blockGroup: 192,
  freeSpaceInfo: 198,
  freeSpaceExtent: 199,
  deviceExtent: 204,
  device: 216,
  chunk: 228,
  uuidSubvolume: 251,
} as const;
export const inlineRefs = { treeBlock: 176, extentData: 178 } as const;

export const chunkTypes = { data: 1n, system: 2n, metadata: 4n, mixed: 5n } as const;
export const incompatible = {
  mixedBackref: 1n << 0n,
  mixedGroups: 1n << 2n,
  extendedRefs: 1n << 6n,
  skinnyMetadata: 1n << 8n,
  noHoles: 1n << 9n,
} as const;
/** The tree of free space is there, and right. */
export const compatibleReadOnly = 0b11n;

/** Where an item stands in its tree. */
export interface Key {
  readonly objectid: bigint;
  readonly type: number;
  readonly offset: bigint;
}

export interface Item {
  readonly key: Key;
  readonly data: Buffer;
}

export function item(objectid: bigint, type: number, offset: bigint, data: Buffer): Item {
  return { key: { objectid, type, offset }, data };
}

export const keyBytes = 17;

export function writeKey(to: Buffer, at: number, { objectid, type, offset }: Key): void {
  to.writeBigUInt64LE(BigInt.asUintN(64, objectid), at);
  to.writeUInt8(type, at + 8);
  to.writeBigUInt64LE(BigInt.asUintN(64, offset), at + 9);
}

/** A uuid as btrfs stores it: in the order in which it is written. */
export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}
