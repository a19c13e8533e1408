import type { DeviceEntry, Entry } from "../../../tree/entry.ts";
import { packDevice } from "../../erofs/layout.ts";

/** What an inode says of its own. */
export type InodeAttributes = Pick<Entry, "type" | "mode" | "uid" | "gid" | "mtime">;

const typeBits: Readonly<Record<Entry["type"], number>> = {
  fifo: 0o010000,
  char: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  symlink: 0o120000,
};
/** Where things stand in an inode of 256 bytes; see the kernel's fs/ext4/ext4.h. All numbers are little endian. */
const at = {
  ...{ mode: 0, uid: 2, gid: 24, links: 26, blocks: 40, uidHigh: 120, gidHigh: 122 },
  ...{ atime: 8, ctime: 12, mtime: 16, crtime: 144 },
  ...{ ctimeExtra: 132, mtimeExtra: 136, atimeExtra: 140, crtimeExtra: 148 },
} as const;

/**
 * Sets owner, mode and times.
 * @param clock seconds since 1970: when the inode was made, changed and last read
 */
export function setAttributes(
  inode: Buffer,
  { type, mode, uid, gid, mtime }: InodeAttributes,
  clock: number,
): void {
  inode.writeUInt16LE(typeBits[type] | mode, at.mode);
  inode.writeUInt16LE(uid & 0xffff, at.uid);
  inode.writeUInt16LE(uid >>> 16, at.uidHigh);
  inode.writeUInt16LE(gid & 0xffff, at.gid);
  inode.writeUInt16LE(gid >>> 16, at.gidHigh);
  setTime(inode, at.mtime, at.mtimeExtra, mtime);
  setTime(inode, at.atime, at.atimeExtra, clock);
  setTime(inode, at.ctime, at.ctimeExtra, clock);
  setTime(inode, at.crtime, at.crtimeExtra, clock);
}

/** Gives a device its number, which stands where a file has the map of its blocks. */
export function setDevice(inode: Buffer, { major, minor }: DeviceEntry): void {
  const isSmall = major < 256 && minor < 256;
  inode.writeUInt32LE(isSmall ? (major << 8) | minor : 0, at.blocks);
  inode.writeUInt32LE(isSmall ? 0 : packDevice(major, minor), at.blocks + 4);
}

/** More links than can be counted are told as one. */
export function setManyLinks(inode: Buffer): void {
  inode.writeUInt16LE(1, at.links);
}

/** 32 bits with a sign, and beside them how often those have run over, up to 3 times. */
function setTime(inode: Buffer, place: number, extra: number, seconds: number): void {
  const whole = Math.floor(seconds);
  const low = whole | 0;
  inode.writeInt32LE(low, place);
  inode.writeUInt32LE(((whole - low) / 2 ** 32) & 3, extra);
}
