import { setImmediate } from "node:timers/promises";
import type { Entry } from "../../tree/entry.ts";
import type { Tree } from "../../tree/tree.ts";
import { crc32c } from "./crc32c.ts";
import type { ImageFile } from "./imageFile.ts";
import {
  blockBytes,
  dirent,
  erofsMagic,
  hasChecksum,
  inode,
  inodeBytes,
  knownIncompatible,
  layouts,
  modeBits,
  packDevice,
  slotBytes,
  superblock,
  superblockAt,
  typeNumbers,
} from "./layout.ts";
import { type Dirent, readFolders } from "./readFolders.ts";
import { encodeXattrs, xattrUnits } from "./xattrs.ts";

const inodesAtOnce = 5000;
const layoutMask = 0b1110;

export interface FillOptions {
  readonly signal: AbortSignal;
  /** Time of the root, seconds since 1970. */
  readonly clock: number;
}

/**
 * Gives an image that mkfs.erofs made from plain files what the host's file system could not hold: owners, modes,
 * times, devices, fifos, extended attributes. An inode with attributes needs more room than it has: it moves to the
 * end of the image.
 * @throws Failure `erofs-xattr`
 */
export async function fillInodes(image: ImageFile, tree: Tree, options: FillOptions): Promise<void> {
  const facts = readSuperblock(image);
  const names = [...readFolders(image, facts.metaAt, facts.rootNid)];
  const inodes = inodesOf(names, tree, options.clock);
  const moved = new Map<number, number>();
  let end = facts.blocks * blockBytes;
  const moves: { from: number; to: number; entry: Entry; xattrs: Buffer; tail: number }[] = [];
  for (const [nid, entry] of inodes) {
    if (!entry.xattrs) continue;
    const from = facts.metaAt + nid * slotBytes;
    const { isCompressed, tail } = contentBehind(image.read(from, inodeBytes));
    // The list of compressed clusters begins in a way that depends on its place within 32 bytes.
    const xattrs = encodeXattrs(entry, isCompressed ? slotBytes : 4);
    const to = placeFor(end, inodeBytes + xattrs.length, tail);
    end = to + inodeBytes + xattrs.length + tail;
    moved.set(nid, (to - facts.metaAt) / slotBytes);
    moves.push({ from, to, entry, xattrs, tail });
  }
  for (const name of names) writeName(image, name, inodes, moved);
  let done = 0;
  for (const [nid, entry] of inodes) {
    const at = facts.metaAt + nid * slotBytes;
    image.write(at, filled(image.read(at, inodeBytes), entry));
    if (++done % inodesAtOnce !== 0) continue;
    await setImmediate();
    options.signal.throwIfAborted();
  }
  for (const { from, to, xattrs, tail } of moves) {
    const head = image.read(from, inodeBytes);
    head.writeUInt16LE(xattrUnits(xattrs), inode.xattrUnits);
    image.write(to, Buffer.concat([head, xattrs, image.read(from + inodeBytes, tail)]));
  }
  writeSuperblock(image, Math.ceil(end / blockBytes));
}

/** By inode, the entry it is; further names of a file lead to the same one. */
function inodesOf(names: readonly Dirent[], tree: Tree, clock: number): ReadonlyMap<number, Entry> {
  const root: Entry = { type: "directory", path: "", mode: 0o755, uid: 0, gid: 0, mtime: clock };
  const inodes = new Map<number, Entry>();
  for (const { nid, path } of names) {
    if (inodes.has(nid)) continue;
    const entry = path === "" ? root : tree.get(path);
    if (!entry) throw new Error(`mkfs.erofs made /${path}, which is not in the tree.`);
    inodes.set(nid, entry);
  }
  return inodes;
}

/** What stands behind an inode and goes with it. */
function contentBehind(head: Buffer): { readonly isCompressed: boolean; readonly tail: number } {
  const layout = (head.readUInt16LE(inode.format) & layoutMask) >> 1;
  const size = Number(head.readBigUInt64LE(inode.size));
  if (layout === layouts.plain) return { isCompressed: false, tail: 0 };
  if (layout === layouts.inline) return { isCompressed: false, tail: size % blockBytes };
  if (layout !== layouts.compressed) throw new Error(`An inode has the layout ${layout}.`);
  // Eight bytes, then at most four for each block, in pairs.
  return { isCompressed: true, tail: 16 + Math.ceil(Math.ceil(size / blockBytes) / 2) * 8 };
}

/** The first slot from `end` on where neither the inode nor what is behind its attributes crosses a block's end. */
function placeFor(end: number, head: number, tail: number): number {
  const crosses = (from: number, length: number) =>
    length > 0 &&
    length <= blockBytes &&
    Math.floor(from / blockBytes) !== Math.floor((from + length - 1) / blockBytes);
  let at = Math.ceil(end / slotBytes) * slotBytes;
  while (crosses(at, inodeBytes) || crosses(at + head, tail)) at += slotBytes;
  return at;
}

function writeName(
  image: ImageFile,
  { at, nid }: Dirent,
  inodes: ReadonlyMap<number, Entry>,
  moved: ReadonlyMap<number, number>,
): void {
  const entry = inodes.get(nid);
  const to = moved.get(nid);
  if (to !== undefined) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(to));
    image.write(at + dirent.nid, bytes);
  }
  if (entry) image.write(at + dirent.type, Uint8Array.of(typeNumbers[entry.type]));
}

function filled(head: Buffer, entry: Entry): Buffer {
  head.writeUInt16LE(modeBits[entry.type] | entry.mode, inode.mode);
  head.writeUInt32LE(entry.uid, inode.uid);
  head.writeUInt32LE(entry.gid, inode.gid);
  head.writeBigInt64LE(BigInt(entry.mtime), inode.mtime);
  head.writeUInt32LE(0, inode.mtimeNs);
  if (entry.type !== "char" && entry.type !== "block" && entry.type !== "fifo") return head;
  head.writeUInt16LE(head.readUInt16LE(inode.format) & ~layoutMask, inode.format);
  head.writeUInt32LE(entry.type === "fifo" ? 0 : packDevice(entry.major, entry.minor), inode.place);
  return head;
}

function readSuperblock(image: ImageFile) {
  const bytes = image.read(superblockAt, blockBytes - superblockAt);
  const incompatible = bytes.readUInt32LE(superblock.incompatible);
  if (bytes.readUInt32LE(superblock.magic) !== erofsMagic || (incompatible & ~knownIncompatible) !== 0) {
    throw new Error(`mkfs.erofs made an image with features that are not known here (${incompatible}).`);
  }
  return {
    rootNid: bytes.readUInt16LE(superblock.rootNid),
    metaAt: bytes.readUInt32LE(superblock.metaBlock) * blockBytes,
    blocks: bytes.readUInt32LE(superblock.blocks),
  };
}

function writeSuperblock(image: ImageFile, blocks: number): void {
  image.resize(blocks * blockBytes);
  const bytes = image.read(superblockAt, blockBytes - superblockAt);
  bytes.writeUInt32LE(blocks, superblock.blocks);
  bytes.writeUInt32LE(0, superblock.checksum);
  const isChecked = (bytes.readUInt32LE(superblock.compatible) & hasChecksum) !== 0;
  if (isChecked) bytes.writeUInt32LE(crc32c(bytes), superblock.checksum);
  image.write(superblockAt, bytes);
}
