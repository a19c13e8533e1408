import type { ImageFile } from "./imageFile.ts";
import { blockBytes, dirent, inode, inodeBytes, layouts, modeBits, slotBytes } from "./layout.ts";

const typeMask = 0o170000;

/** A name in a folder of an image. */
export interface Dirent {
  /** Where in the image it is written. */
  readonly at: number;
  /** Of the inode that it names. */
  readonly nid: number;
  /** Path of what it names, the folder itself for `.`, the one above for `..`; "" is the root. */
  readonly path: string;
}

/** Reads every name in an image whose inodes are all of the long form and without attributes. */
export function* readFolders(image: ImageFile, metaAt: number, rootNid: number): Generator<Dirent> {
  let folders = [{ path: "", above: "", nid: rootNid }];
  while (folders.length > 0) {
    const below: typeof folders = [];
    for (const folder of folders) {
      for (const { name, at, nid } of readFolder(image, metaAt + folder.nid * slotBytes)) {
        if (name === "." || name === "..") {
          yield { at, nid, path: name === "." ? folder.path : folder.above };
          continue;
        }
        const path = folder.path === "" ? name : `${folder.path}/${name}`;
        yield { at, nid, path };
        const mode = image.read(metaAt + nid * slotBytes + inode.mode, 2).readUInt16LE();
        if ((mode & typeMask) === modeBits.directory) below.push({ path, above: folder.path, nid });
      }
    }
    folders = below;
  }
}

function* readFolder(image: ImageFile, inodeAt: number) {
  const head = image.read(inodeAt, inodeBytes);
  const layout = (head.readUInt16LE(inode.format) >> 1) & 7;
  const size = Number(head.readBigUInt64LE(inode.size));
  const first = head.readUInt32LE(inode.place) * blockBytes;
  if (layout !== layouts.plain && layout !== layouts.inline)
    throw new Error(`A folder has the layout ${layout}.`);
  for (let offset = 0; offset < size; offset += blockBytes) {
    const length = Math.min(blockBytes, size - offset);
    const isInline = layout === layouts.inline && length < blockBytes;
    yield* readBlock(image, isInline ? inodeAt + inodeBytes : first + offset, length);
  }
}

/** A block is a list of numbers, then the names that they point to, one behind the other. */
function* readBlock(image: ImageFile, at: number, length: number) {
  const block = image.read(at, length);
  const namesAt = block.readUInt16LE(dirent.nameAt);
  for (let head = 0; head < namesAt; head += dirent.bytes) {
    const start = block.readUInt16LE(head + dirent.nameAt);
    const next = head + dirent.bytes;
    const end = next < namesAt ? block.readUInt16LE(next + dirent.nameAt) : length;
    const name = block.toString("utf8", start, end).replace(/\0+$/, "");
    yield { name, at: at + head, nid: Number(block.readBigUInt64LE(head + dirent.nid)) };
  }
}
