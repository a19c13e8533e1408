import { Buffer } from "node:buffer";
import { Damage } from "./tarReadDamage.ts";
import { type PaxRecord, paxNumber, paxSize } from "./tarReadPax.ts";
import { type ArchiveText, archiveText } from "./tarReadText.ts";

/** What the records of pax headers say about GNU sparse files. */
export interface PaxSparse {
  /** Apparent size. */
  readonly size: number | undefined;
  /** The map lies at the start of the body (format 1.0). */
  readonly mapInBody: boolean;
  /** Otherwise: offset, length, offset, length … */
  readonly numbers: readonly number[];
}

/** All that extended headers said about one member. */
export interface PaxExtension {
  readonly path?: Buffer;
  readonly link?: Buffer;
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly xattrs?: Record<string, string>;
  /** False when an attribute's name is not UTF-8. */
  readonly utf8: boolean;
  readonly acl: boolean;
  readonly sparse?: PaxSparse;
}

/** The same for every member without extended headers. */
export const noExtension: PaxExtension = { utf8: true, acl: false };

type Values = ReadonlyMap<string, Buffer>;

/** Gathers records (global ones first, later ones win, an empty value takes the key back). @throws Damage. */
export function readExtension(records: readonly PaxRecord[]): PaxExtension {
  if (records.length === 0) return noExtension;
  const values = new Map<string, Buffer>();
  const numbers: number[] = [];
  for (const { key, value } of records) {
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") numbers.push(paxSize(value));
    // An attribute may well be empty; everything else is taken back by an empty value.
    if (value.length > 0 || key.includes(".xattr.")) values.set(key, value);
    else values.delete(key);
  }
  const sparse = sparseOf(values, numbers);
  const xattrs = xattrsOf(values);
  return {
    ...given("path", values.get("GNU.sparse.name") ?? values.get("path"), same),
    ...given("link", values.get("linkpath"), same),
    ...given("size", values.get("size"), paxSize),
    ...given("uid", values.get("uid"), paxNumber),
    ...given("gid", values.get("gid"), paxNumber),
    ...given("mtime", values.get("mtime"), paxNumber),
    ...(xattrs.length > 0
      ? { xattrs: Object.fromEntries(xattrs.map(([name, value]) => [name.text, value])) }
      : {}),
    ...(sparse ? { sparse } : {}),
    utf8: xattrs.every(([name]) => name.utf8),
    acl: [...values.keys()].some(key => key.startsWith("SCHILY.acl.")),
  };
}

function given<K extends string, T>(key: K, value: Buffer | undefined, read: (value: Buffer) => T) {
  return (value ? { [key]: read(value) } : {}) as { [key in K]?: T };
}

function same(value: Buffer): Buffer {
  return value;
}

function sparseOf(values: Values, pairs: readonly number[]): PaxSparse | undefined {
  const major = values.get("GNU.sparse.major")?.toString("latin1");
  const minor = values.get("GNU.sparse.minor")?.toString("latin1");
  const map = values.get("GNU.sparse.map")?.toString("latin1");
  const size = values.get("GNU.sparse.realsize") ?? values.get("GNU.sparse.size");
  const known = { size: size && paxSize(size) };
  if (major !== undefined) {
    if (major !== "1" || minor !== "0")
      throw new Damage(`a sparse file is in the unknown format ${major}.${minor}`);
    return { ...known, mapInBody: true, numbers: [] };
  }
  if (map === undefined && pairs.length === 0 && size === undefined) return undefined;
  if (map !== undefined && !/^\d{1,15}(,\d{1,15})*$/.test(map))
    throw new Damage("a sparse file's map cannot be read");
  return { ...known, mapInBody: false, numbers: map === undefined ? pairs : map.split(",").map(Number) };
}

/** Attributes as star, GNU tar and libarchive write them; of two spellings of one, star's wins: it holds raw bytes. */
function xattrsOf(values: Values): [ArchiveText, string][] {
  const found = new Map<string, [ArchiveText, string]>();
  const put = (name: Buffer, value: string) => found.set(name.toString("latin1"), [archiveText(name), value]);
  for (const [key, value] of values) {
    if (!key.startsWith("LIBARCHIVE.xattr.")) continue;
    put(
      unescaped(key.slice("LIBARCHIVE.xattr.".length)),
      Buffer.from(value.toString("latin1"), "base64").toString("base64"),
    );
  }
  for (const [key, value] of values) {
    if (key.startsWith("SCHILY.xattr."))
      put(Buffer.from(key.slice("SCHILY.xattr.".length)), value.toString("base64"));
    // SELinux contexts are attributes that end in a NUL; GNU tar stores them without it.
    if (key === "RHT.security.selinux") {
      put(Buffer.from("security.selinux"), Buffer.concat([value, Buffer.from([0])]).toString("base64"));
    }
  }
  return [...found.values()];
}

/** Undoes the `%3D` spelling that libarchive uses in attribute names. */
function unescaped(name: string): Buffer {
  return Buffer.from(
    name.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}
