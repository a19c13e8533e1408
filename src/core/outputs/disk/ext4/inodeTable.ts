import { type ImageFile, openImage } from "../../erofs/imageFile.ts";
import { blockBytes } from "./ext4Image.ts";

const superblockAt = 1024;
const superblock = { inodesPerGroup: 40, inodeBytes: 88 } as const;
const descriptorBytes = 32;
const tableInDescriptor = 8;

/** The inodes of an image, to be changed in its file. */
export interface InodeTable {
  /** Reads an inode, lets `change` have its bytes, and writes them back. */
  change(inode: number, change: (bytes: Buffer) => void): void;
  close(): void;
}

/**
 * Opens the inodes of an image that mke2fs.ts made: without checksums, with places of 32 bits. A request to debugfs for
 * each field of each inode would take longer than the copy of all files.
 * @param offset bytes of the file before the file system
 */
export function openInodeTable(path: string, offset: number): InodeTable {
  const image = openImage(path);
  const head = image.read(offset + superblockAt, 1024);
  const inodesPerGroup = head.readUInt32LE(superblock.inodesPerGroup);
  const inodeBytes = head.readUInt16LE(superblock.inodeBytes);
  const tables = new Map<number, number>();
  const tableOf = (group: number): number => {
    const known = tables.get(group) ?? readTable(image, offset, group);
    tables.set(group, known);
    return known;
  };
  return {
    change(inode, change) {
      const index = inode - 1;
      const place = tableOf(Math.floor(index / inodesPerGroup)) + (index % inodesPerGroup) * inodeBytes;
      const bytes = image.read(place, inodeBytes);
      change(bytes);
      image.write(place, bytes);
    },
    close: () => image.close(),
  };
}

/** Where in the file the inodes of a group begin: the descriptors of groups lie in the block behind the superblock. */
function readTable(image: ImageFile, offset: number, group: number): number {
  const descriptor = image.read(offset + blockBytes + group * descriptorBytes, descriptorBytes);
  return offset + descriptor.readUInt32LE(tableInDescriptor) * blockBytes;
}
