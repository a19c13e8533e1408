import { closeSync, openSync, readSync } from "node:fs";
import { nameOf, parentOf } from "../../../tree/path.ts";
import { fileRuns, type TreeFile } from "../../../tree/readFile.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { openLayerBlobs } from "../../layerBlobs.ts";
import { writeAll } from "../btrfs/writeContent.ts";
import { type FatGeometry, fatGeometry, fatTable } from "./fatGeometry.ts";
import { dots, type FatItem, recordBytes, records, recordsOf } from "./fatRecords.ts";

/**
 * Writes folders and files into the new FAT at `path`, one after the other. mtools would take `[..]` in names for a
 * pattern, and bring letters that its code page has into short names alone.
 * @param time seconds since 1970, not before 1980, of all entries
 */
export async function fillFat(
  path: string,
  tree: Pick<Tree, "entries">,
  time: number,
  signal: AbortSignal,
): Promise<void> {
  const fd = openSync(path, "r+");
  const target = { fd, offset: 0 };
  const blobs = openLayerBlobs();
  try {
    const geometry = fatGeometry(readAt(fd, 0, 512));
    const children = childrenOf(tree);
    const items = place(tree, children, geometry);
    const startOf = (item: string): number =>
      geometry.data + ((items.get(item)?.first ?? 2) - 2) * geometry.clusterBytes;
    for (const [folder, names] of children) {
      const isFixed = folder === "" && geometry.bits !== 32;
      const at = isFixed ? geometry.root : startOf(folder);
      const head = folder === "" ? [readAt(fd, at, recordBytes)] : dots(folder, items, time);
      writeAll(target, Buffer.concat([...head, ...records(names, items, time)]), at);
    }
    for (const entry of tree.entries) {
      if (entry.type === "file") await writeFile(entry, startOf(entry.path));
    }
    writeTable([...items.values()], geometry);
  } finally {
    closeSync(fd);
    blobs.close();
  }

  async function writeFile(file: TreeFile, start: number): Promise<void> {
    let stored = 0;
    for (const [offset, length] of fileRuns(file)) {
      let at = start + offset;
      for await (const piece of blobs.stored(file, stored, length)) {
        signal.throwIfAborted();
        writeAll(target, piece, at);
        at += piece.length;
      }
      stored += length;
    }
  }

  function writeTable(items: readonly FatItem[], { bits, table, counts, clusters }: FatGeometry): void {
    const lengths = items.map(each => each.clusters);
    const used = lengths.reduce((sum, each) => sum + each, 0);
    writeAll(target, fatTable(bits, readAt(fd, table, 8), lengths), table);
    const count = Buffer.alloc(8);
    count.writeUInt32LE(clusters - used);
    count.writeUInt32LE(used + 1, 4);
    for (const at of counts) writeAll(target, count, at + 488);
  }
}

/** What lies in each folder, "" being the root; each folder after the one that it lies in. */
function childrenOf({ entries }: Pick<Tree, "entries">): ReadonlyMap<string, readonly TreeEntry[]> {
  const found = new Map<string, TreeEntry[]>([["", []]]);
  for (const entry of entries) {
    found.get(parentOf(entry.path))?.push(entry);
    if (entry.type === "directory") found.set(entry.path, []);
  }
  return found;
}

/** Clusters for all that needs some, by path, in their order on the disk. */
function place(
  tree: Pick<Tree, "entries">,
  children: ReadonlyMap<string, readonly TreeEntry[]>,
  { bits, clusterBytes, clusters, rootBytes }: FatGeometry,
): ReadonlyMap<string, FatItem> {
  const items = new Map<string, FatItem>();
  let next = 2;
  const add = (path: string, bytes: number, wanted: number): void => {
    if (wanted === 0) return;
    items.set(path, { bytes, first: next, clusters: wanted });
    next += wanted;
  };
  for (const [path, names] of children) {
    const count = names.reduce((sum, each) => sum + recordsOf(nameOf(each.path)), path === "" ? 1 : 2);
    if (path !== "" || bits === 32) add(path, 0, Math.ceil((count * recordBytes) / clusterBytes));
    else if (count * recordBytes > rootBytes) throw new Error("The root folder of the FAT is too small.");
  }
  for (const each of tree.entries)
    if (each.type === "file") add(each.path, each.size, Math.ceil(each.size / clusterBytes));
  if (next - 2 > clusters) throw new Error("The FAT has too few clusters.");
  return items;
}

function readAt(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(fd, bytes, 0, length, at);
  return bytes;
}
