import { nameOf, parentOf } from "../../../tree/path.ts";
import type { TreeEntry } from "../../../tree/tree.ts";
import { lettersPerRecord, longNameRecords, shortNames } from "./fatNames.ts";

/** Bytes of a record of a folder. */
export const recordBytes = 32;
const directory = 0x10;
const archive = 0x20;

/** What takes clusters: the root of a FAT32, folders, and files that are not empty. */
export interface FatItem {
  readonly bytes: number;
  readonly first: number;
  readonly clusters: number;
}

/** How many records a folder has for a name. */
export function recordsOf(name: string): number {
  return 1 + Math.ceil(name.length / lettersPerRecord);
}

/** What a folder says of its entries. */
export function records(
  entries: readonly TreeEntry[],
  items: ReadonlyMap<string, FatItem>,
  time: number,
): readonly Buffer[] {
  const shorts = shortNames(entries.map(({ path }) => nameOf(path)));
  return entries.flatMap(entry => {
    const name = nameOf(entry.path);
    const short = shorts.get(name) ?? "";
    const item = items.get(entry.path);
    const type = entry.type === "directory" ? directory : archive;
    return [...longNameRecords(name, short), record(short, type, item?.first ?? 0, item?.bytes ?? 0, time)];
  });
}

/** What a folder says of itself and the one that it lies in. */
export function dots(folder: string, items: ReadonlyMap<string, FatItem>, time: number): readonly Buffer[] {
  const parent = parentOf(folder);
  // The root is 0 here, even where it has a cluster.
  const above = parent === "" ? 0 : (items.get(parent)?.first ?? 0);
  const own = items.get(folder)?.first ?? 0;
  return [record(".", directory, own, 0, time), record("..", directory, above, 0, time)];
}

function record(short: string, type: number, cluster: number, bytes: number, time: number): Buffer {
  const made = Buffer.alloc(recordBytes);
  made.write(short.padEnd(11), 0, 11, "latin1");
  made[11] = type;
  const date = new Date(time * 1000);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const clock = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  for (const at of [14, 22]) made.writeUInt16LE(clock, at);
  for (const at of [16, 18, 24]) made.writeUInt16LE(day, at);
  made.writeUInt16LE(cluster >>> 16, 20);
  made.writeUInt16LE(cluster & 0xffff, 26);
  made.writeUInt32LE(bytes, 28);
  return made;
}
