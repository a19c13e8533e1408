import { nameOf, parentOf } from "../../../tree/path.ts";
import type { Tree } from "../../../tree/tree.ts";
import { sector } from "../partitions/layout.ts";
import { recordBytes, recordsOf } from "./fatRecords.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
// Larger ones are FAT32, which has no smaller clusters that would do.
const mostFat16 = 512 * MiB;
const fat32Reserved = 32;

/** What decides how a FAT of a size is made. */
export interface FatShape {
  readonly bits: 12 | 16 | 32;
  /** Sectors of a cluster. */
  readonly cluster: number;
  /** Of the root folder, which only FAT32 keeps in clusters. */
  readonly rootSectors: number;
}

export function fatShape(tree: Pick<Tree, "entries">, bytes: number): FatShape {
  const names = folderEntries(tree).get("") ?? 0;
  const rootSectors = Math.max(32, Math.ceil(((names + 1) * recordBytes) / sector));
  if (bytes > mostFat16) {
    const cluster = bytes <= 8 * GiB ? 8 : bytes <= 16 * GiB ? 16 : bytes <= 32 * GiB ? 32 : 64;
    return { bits: 32, cluster, rootSectors };
  }
  if (bytes <= 4 * MiB) return { bits: 12, cluster: 4, rootSectors };
  const cluster = bytes <= 32 * MiB ? 1 : bytes <= 128 * MiB ? 4 : bytes <= 256 * MiB ? 8 : 16;
  return { bits: 16, cluster, rootSectors };
}

/**
 * Bytes of the smallest FAT that holds the tree and leaves so many free; whole MiB.
 * @param free bytes
 */
export function smallestFat(tree: Pick<Tree, "entries">, free: number): number {
  let bytes = MiB;
  for (;;) {
    const needed = bytesNeeded(tree, free, fatShape(tree, bytes), bytes);
    if (needed <= bytes) return bytes;
    bytes = Math.ceil(needed / MiB) * MiB;
  }
}

function bytesNeeded(
  tree: Pick<Tree, "entries">,
  free: number,
  { bits, cluster, rootSectors }: FatShape,
  bytes: number,
): number {
  const clusterBytes = cluster * sector;
  const folders = folderEntries(tree);
  let clusters = Math.ceil(free / clusterBytes) + 2;
  for (const entry of tree.entries)
    if (entry.type === "file") clusters += Math.ceil(entry.size / clusterBytes);
  for (const [path, names] of folders) {
    if (path === "" && bits !== 32) continue;
    clusters += Math.ceil(((names + 2) * recordBytes) / clusterBytes);
  }
  const table = Math.ceil(((bytes / clusterBytes + 2) * bits) / 8 / sector) * sector;
  const head = bits === 32 ? fat32Reserved * sector : (1 + rootSectors) * sector;
  return head + table + clusters * clusterBytes;
}

/** Entries of 32 bytes that each folder has: one for a name, and one for each 13 letters of a long one. */
function folderEntries(tree: Pick<Tree, "entries">): ReadonlyMap<string, number> {
  const counts = new Map([["", 1]]);
  for (const { type, path } of tree.entries) {
    if (type === "directory") counts.set(path, counts.get(path) ?? 0);
    const parent = parentOf(path);
    const entries = recordsOf(nameOf(path));
    counts.set(parent, (counts.get(parent) ?? 0) + entries);
  }
  return counts;
}
