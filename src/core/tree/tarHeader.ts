import { Failure } from "../failure.ts";
import type { DataRun, Entry } from "./entry.ts";
import { encodePax, paxRecord } from "./pax.ts";
import { encodeUstar, fitsUstarLink, fitsUstarName, fitsUstarNumber } from "./ustar.ts";

/** Tar files consist of blocks of this many bytes. */
export const tarBlock = 512;

/** What ends a tar: two empty blocks. */
export const tarEnd: Uint8Array = new Uint8Array(2 * tarBlock);

/** Bytes that must follow `length` bytes of content to fill the last block. */
export function paddingOf(length: number): number {
  return (tarBlock - (length % tarBlock)) % tarBlock;
}

/** How many bytes of content an entry has in the tar, holes and padding not counted. */
export function storedBytes(entry: Entry): number {
  if (entry.type !== "file" || entry.hardLink !== undefined) return 0;
  return entry.runs ? entry.runs.reduce((sum, [, length]) => sum + length, 0) : entry.size;
}

/**
 * Everything of a tar member that precedes its content: ustar header, before it pax records for what ustar
 * cannot say, behind it the map of a sparse file (GNU format 1.0). `offset` of a file entry is not used.
 * @throws Failure `bad-entry` for numbers that no tar can hold.
 */
export function encodeTarHeader(entry: Entry): Buffer {
  checkNumbers(entry);
  const sparse = entry.type === "file" && entry.hardLink === undefined ? entry.runs : undefined;
  const map = sparse && entry.type === "file" ? encodeSparseMap(sparse, entry.size) : undefined;
  const name = entry.type === "directory" ? `${entry.path}/` : entry.path;
  const link = linkOf(entry);
  const size = storedBytes(entry) + (map?.length ?? 0);
  const records: Buffer[] = [];
  if (!sparse && !fitsUstarName(name)) records.push(paxRecord("path", name));
  if (!fitsUstarLink(link)) records.push(paxRecord("linkpath", link));
  if (!fitsUstarNumber(size, 12)) records.push(paxRecord("size", String(size)));
  if (!fitsUstarNumber(entry.uid, 8)) records.push(paxRecord("uid", String(entry.uid)));
  if (!fitsUstarNumber(entry.gid, 8)) records.push(paxRecord("gid", String(entry.gid)));
  if (!fitsUstarNumber(entry.mtime, 12)) records.push(paxRecord("mtime", String(entry.mtime)));
  if (sparse && entry.type === "file") records.push(...sparseRecords(entry.path, entry.size));
  if (entry.xattrs) records.push(...xattrRecords(entry.path, entry.xattrs));
  const header = encodeUstar({
    name: sparse ? `GNUSparseFile.0/${name}` : name,
    flag: flagOf(entry),
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size,
    mtime: entry.mtime,
    link,
    ...(entry.type === "char" || entry.type === "block" ? { device: [entry.major, entry.minor] } : {}),
  });
  if (records.length === 0) return header;
  return Buffer.concat([encodePax(name, entry.mtime, records), header, ...(map ? [map] : [])]);
}

function linkOf(entry: Entry): string {
  if (entry.type === "symlink") return entry.target;
  return entry.type === "file" ? (entry.hardLink ?? "") : "";
}

const flags = { file: "0", symlink: "2", char: "3", block: "4", directory: "5", fifo: "6" } as const;

function flagOf(entry: Entry): string {
  return entry.type === "file" && entry.hardLink !== undefined ? "1" : flags[entry.type];
}

function sparseRecords(path: string, size: number): Buffer[] {
  return [
    paxRecord("GNU.sparse.major", "1"),
    paxRecord("GNU.sparse.minor", "0"),
    paxRecord("GNU.sparse.name", path),
    paxRecord("GNU.sparse.realsize", String(size)),
  ];
}

function encodeSparseMap(runs: readonly DataRun[], size: number): Buffer {
  const last = runs.at(-1);
  // An empty run at the end tells readers how far the last hole reaches.
  const all = last && last[0] + last[1] === size ? runs : [...runs, [size, 0] as const];
  const text = `${all.length}\n${all.map(([offset, length]) => `${offset}\n${length}\n`).join("")}`;
  const map = Buffer.alloc(text.length + paddingOf(text.length));
  map.write(text, "latin1");
  return map;
}

function xattrRecords(path: string, xattrs: Readonly<Record<string, string>>): Buffer[] {
  return Object.keys(xattrs)
    .sort()
    .map(name => {
      if (name === "" || /[=\0]/.test(name))
        throw badEntry(path, `the extended attribute name ${JSON.stringify(name)} cannot be stored`);
      return paxRecord(`SCHILY.xattr.${name}`, Buffer.from(xattrs[name] ?? "", "base64"));
    });
}

function checkNumbers(entry: Entry): void {
  const within = (what: string, value: number, max: number) => {
    if (!Number.isInteger(value) || value < 0 || value > max)
      throw badEntry(entry.path, `its ${what} is ${value}, which is not between 0 and ${max}`);
  };
  within("mode", entry.mode, 0o7777);
  within("uid", entry.uid, 0xfffffffe);
  within("gid", entry.gid, 0xfffffffe);
  if (!Number.isSafeInteger(entry.mtime)) throw badEntry(entry.path, "its time is not in whole seconds");
  if (entry.type === "file") within("size", entry.size, Number.MAX_SAFE_INTEGER);
  if (entry.type !== "char" && entry.type !== "block") return;
  within("major device number", entry.major, 0xfff);
  within("minor device number", entry.minor, 0xfffff);
}

function badEntry(path: string, why: string): Failure {
  return new Failure("bad-entry", `${JSON.stringify(path)} cannot be stored: ${why}.`);
}
