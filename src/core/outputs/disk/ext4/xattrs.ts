import { Failure } from "../../../failure.ts";
import type { Entry } from "../../../tree/entry.ts";
import { xattrSpaces } from "../xattrSpaces.ts";
import { canBeQuoted } from "./debugfs.ts";
import { blockBytes } from "./ext4Image.ts";

const blockHeaderBytes = 32;
// Room in an inode behind its fields.
const inodeXattrBytes = 96;

/** An extended attribute as programs (and tars) have it; debugfs turns access control lists into ext4's form. */
export interface Xattr {
  readonly name: string;
  readonly value: Buffer;
}

/** @throws Failure `disk-xattr`, naming the entry, for attributes that ext4 cannot hold. */
export function xattrsOf(entry: Entry): readonly Xattr[] {
  const found: Xattr[] = [];
  for (const [name, value] of Object.entries(entry.xattrs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!canBeQuoted(name) || !xattrSpaces.some(space => name.startsWith(space))) {
      throw refused(entry, `ext4 has no place for the extended attribute ${JSON.stringify(name)}`);
    }
    if (Buffer.byteLength(name) > 255) {
      throw refused(entry, "the name of an extended attribute has more than 255 bytes");
    }
    found.push({ name, value: Buffer.from(value, "base64") });
  }
  if (blockHeaderBytes + needed(found) > blockBytes) {
    throw refused(entry, "its extended attributes have more than 4 KiB in all");
  }
  return found;
}

/** True when they need a block beside the inode. */
export function needBlock(xattrs: readonly Xattr[]): boolean {
  return xattrs.length > 0 && 4 + needed(xattrs) > inodeXattrBytes;
}

function needed(xattrs: readonly Xattr[]): number {
  // Each has a head of 16 bytes; a name stands without its space; four zero bytes end the list.
  const each = xattrs.map(({ name, value }) => {
    const space = xattrSpaces.find(prefix => name.startsWith(prefix)) ?? "";
    return 16 + padded(Buffer.byteLength(name) - space.length) + padded(value.length);
  });
  return each.reduce((sum, bytes) => sum + bytes, 4);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function refused(entry: Entry, why: string): Failure {
  return new Failure("disk-xattr", `/${entry.path} cannot be written to ext4: ${why}.`, {
    advice: "Remove the attribute from the file, or the file from the image.",
  });
}
