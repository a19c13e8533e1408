import type { Entry } from "../../../tree/entry.ts";
import { xattrSpaces } from "../xattrSpaces.ts";
import { grouped, nameHash } from "./folderItems.ts";
import { generation, type Item, type Key, keys } from "./format.ts";
import { dirItemBytes, dirItemRecord } from "./records.ts";
import { refusedXattr } from "./refusals.ts";

const xattrType = 8;
const nowhere: Key = { objectid: 0n, type: 0, offset: 0n };

/** @throws Failure `disk-xattr`, naming the entry, for attributes that btrfs cannot hold */
export function* xattrItems(number: bigint, entry: Entry, most: number): Generator<Item> {
  const all = Object.entries(entry.xattrs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return;
  yield* grouped(number, keys.xattr, all, ([text, base64]) => {
    const name = Buffer.from(text);
    const value = Buffer.from(base64, "base64");
    if (!xattrSpaces.some(space => text.startsWith(space)) || name.length > 255) {
      throw refusedXattr(entry, `btrfs has no place for the extended attribute ${JSON.stringify(text)}`);
    }
    if (dirItemBytes + name.length + value.length > most) {
      throw refusedXattr(entry, `the extended attribute ${JSON.stringify(text)} is too long`);
    }
    return [nameHash(name), dirItemRecord(nowhere, xattrType, name, generation, value)];
  });
}
