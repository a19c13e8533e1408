import type { DeviceEntry, Entry } from "../../../tree/entry.ts";

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

/**
 * Requests to debugfs that set owner, mode and times.
 * @param clock seconds since 1970: when the inode was made, changed and last read
 */
export function attributeRequests(
  inode: number,
  { type, mode, uid, gid, mtime }: InodeAttributes,
  clock: number,
): string[] {
  return [
    setField(inode, "mode", `0${(typeBits[type] | mode).toString(8)}`),
    setField(inode, "uid", uid),
    setField(inode, "gid", gid),
    ...setTime(inode, "mtime", mtime),
    ...["atime", "ctime", "crtime"].flatMap(field => setTime(inode, field, clock)),
  ];
}

/** Requests that give a device its number, which stands where a file has the map of its blocks. */
export function deviceRequests(inode: number, { major, minor }: DeviceEntry): string[] {
  const isSmall = major < 256 && minor < 256;
  const small = isSmall ? (major << 8) | minor : 0;
  const large = isSmall ? 0 : ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
  return [setField(inode, "block[0]", small), setField(inode, "block[1]", large)];
}

function setTime(inode: number, field: string, seconds: number): string[] {
  const whole = Math.floor(seconds);
  // debugfs takes one second before 1970 for a time that it cannot read.
  if (whole === -1) return [setField(inode, `${field}_lo`, 0xffffffff), setField(inode, `${field}_hi`, 0)];
  return [setField(inode, field, `@${whole}`)];
}

function setField(inode: number, field: string, value: string | number): string {
  return `sif <${inode}> ${field} ${value}`;
}
