import { Failure } from "../../failure.ts";
import type { Entry } from "../../tree/entry.ts";

const headBytes = 12;
const entryBytes = 4;
/** By the number that stands for the beginning of a name. */
const spaces: readonly (readonly [number, string])[] = [
  [1, "user."],
  [2, "system.posix_acl_access"],
  [3, "system.posix_acl_default"],
  [4, "trusted."],
  [6, "security."],
];
const mostUnits = 0xffff;

/**
 * The extended attributes of an entry as they stand behind its inode; empty when it has none.
 * @param multipleOf length of the result in bytes; what is too much is filled with nameless attributes, which the
 * kernel passes over
 * @throws Failure `erofs-xattr` that names the entry
 */
export function encodeXattrs(entry: Entry, multipleOf: number): Buffer {
  const named = Object.entries(entry.xattrs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (named.length === 0) return Buffer.alloc(0);
  const parts = [Buffer.alloc(headBytes), ...named.map(([name, value]) => encodeOne(entry, name, value))];
  const bytes = Buffer.concat(parts);
  const whole = Buffer.alloc(Math.ceil(bytes.length / multipleOf) * multipleOf);
  bytes.copy(whole);
  if (xattrUnits(whole) > mostUnits)
    throw refused(entry, "its extended attributes have more than 256 KiB in all");
  return whole;
}

/** The count that an inode has for so many bytes of attributes. */
export function xattrUnits(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : 1 + (bytes.length - headBytes) / entryBytes;
}

/** How many bytes of attributes an inode with that count has. */
export function xattrBytes(units: number): number {
  return units === 0 ? 0 : headBytes + entryBytes * (units - 1);
}

function encodeOne(entry: Entry, name: string, base64: string): Buffer {
  const [number, prefix] = spaces.find(([, space]) => name.startsWith(space)) ?? [0, ""];
  const rest = Buffer.from(name.slice(prefix.length));
  const value = Buffer.from(base64, "base64");
  if (number === 0)
    throw refused(entry, `there is no place for the extended attribute ${JSON.stringify(name)}`);
  if (rest.length > 255 || value.length > 0xffff) {
    throw refused(entry, `the extended attribute ${JSON.stringify(name)} is too long`);
  }
  const bytes = Buffer.alloc(Math.ceil((entryBytes + rest.length + value.length) / 4) * 4);
  bytes.writeUInt8(rest.length, 0);
  bytes.writeUInt8(number, 1);
  bytes.writeUInt16LE(value.length, 2);
  rest.copy(bytes, entryBytes);
  value.copy(bytes, entryBytes + rest.length);
  return bytes;
}

function refused(entry: Entry, why: string): Failure {
  return new Failure("erofs-xattr", `/${entry.path} cannot be written to erofs: ${why}.`, {
    advice: "Remove the attribute from the file, or the file from the image.",
  });
}
