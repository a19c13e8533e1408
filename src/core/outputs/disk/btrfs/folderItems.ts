import type { EntryType } from "../../../tree/entry.ts";
import { crc32cFrom } from "./checksum.ts";
import { generation, type Item, item, type Key, keys, rootFolder } from "./format.ts";
import type { Inode, InodeName } from "./inodes.ts";
import { dirItemRecord, inodeExtrefRecord, inodeRefRecord } from "./records.ts";

const typeNumbers: Readonly<Record<EntryType, number>> = {
  ...{ file: 1, directory: 2, char: 3, block: 4, fifo: 5, symlink: 7 },
};
const hashStart = 0xfffffffe;

/** By which a folder finds a name. */
export function nameHash(name: Uint8Array): bigint {
  return BigInt(crc32cFrom(hashStart, name));
}

export function inodeKey(number: bigint): Key {
  return { objectid: number, type: keys.inode, offset: 0n };
}

/** What leads from an inode back to its names; those that have no room in one item go into others. */
export function* nameItems({ number, names }: Inode, most: number): Generator<Item> {
  if (number === rootFolder) {
    yield item(number, keys.inodeRef, number, inodeRefRecord(0, Buffer.from("..")));
    return;
  }
  const parents = new Map<bigint, Buffer[]>();
  const beyond: InodeName[] = [];
  for (const each of names) {
    const record = inodeRefRecord(each.index, each.name);
    const known = parents.get(each.parent) ?? [];
    if (bytesOf(known) + record.length > most) beyond.push(each);
    else parents.set(each.parent, [...known, record]);
  }
  for (const [parent, records] of sorted(parents))
    yield item(number, keys.inodeRef, parent, Buffer.concat(records));
  yield* grouped(number, keys.inodeExtref, beyond, each => [
    BigInt(crc32cFrom(Number(each.parent & 0xffffffffn), each.name)),
    inodeExtrefRecord(each.parent, each.index, each.name),
  ]);
}

/** The names in a folder, by hash and in order. */
export function* folderItems({ number, below }: Inode): Generator<Item> {
  const record = ({ number: target, type, name }: Inode["below"][number]): Buffer =>
    dirItemRecord(inodeKey(target), typeNumbers[type], name, generation);
  yield* grouped(number, keys.dirItem, below, each => [nameHash(each.name), record(each)]);
  for (const each of below) yield item(number, keys.dirIndex, BigInt(each.index), record(each));
}

/** Items sorted by their hash, where those that share one stand in one item. */
export function* grouped<T>(
  number: bigint,
  type: number,
  all: readonly T[],
  entry: (each: T) => readonly [hash: bigint, record: Buffer],
): Generator<Item> {
  const groups = new Map<bigint, Buffer[]>();
  for (const each of all) {
    const [hash, record] = entry(each);
    const group = groups.get(hash);
    if (group) group.push(record);
    else groups.set(hash, [record]);
  }
  for (const [hash, records] of sorted(groups)) {
    yield item(number, type, hash, records.length === 1 ? (records[0] as Buffer) : Buffer.concat(records));
  }
}

function sorted<T>(by: ReadonlyMap<bigint, T>): (readonly [bigint, T])[] {
  return [...by].sort(([a], [b]) => (a < b ? -1 : 1));
}

function bytesOf(records: readonly Buffer[]): number {
  return records.reduce((sum, { length }) => sum + length, 0);
}
