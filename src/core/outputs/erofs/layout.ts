/** Where things lie in an erofs image; see the kernel's fs/erofs/erofs_fs.h. All numbers are little endian. */

export const blockBytes = 4096;
export const superblockAt = 1024;
export const superblock = {
  magic: 0,
  checksum: 4,
  compatible: 8,
  rootNid: 14,
  blocks: 36,
  metaBlock: 40,
  incompatible: 80,
} as const;
export const erofsMagic = 0xe0f5e1e2;
/** The bit of `compatible` that says there is a checksum. */
export const hasChecksum = 1;
/** Bits of `incompatible` that may be set: padded lz4 and large clusters. What others mean is not known here. */
export const knownIncompatible = 0b11;

/** Inodes are counted in slots of so many bytes. */
export const slotBytes = 32;
/** All inodes are of the long form, which holds owners and times in full. */
export const inodeBytes = 64;
export const inode = {
  format: 0,
  xattrUnits: 2,
  mode: 4,
  size: 8,
  /** First block of the content, or the device. */
  place: 16,
  uid: 24,
  gid: 28,
  mtime: 32,
  mtimeNs: 40,
} as const;
export const dirent = { bytes: 12, nid: 0, nameAt: 8, type: 10 } as const;

/** How the content of an inode is kept: bits 1 to 3 of its format. */
export const layouts = { plain: 0, inline: 2, compressed: 3 } as const;

export const modeBits = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  char: 0o020000,
  block: 0o060000,
  fifo: 0o010000,
} as const;
/** As folders name the types of what is in them. */
export const typeNumbers = { file: 1, directory: 2, char: 3, block: 4, fifo: 5, symlink: 7 } as const;

/** A device as Linux packs it into 32 bits. */
export function packDevice(major: number, minor: number): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}
