import type { Entry } from "../../../tree/entry.ts";
import { fileRuns, type TreeFile } from "../../../tree/readFile.ts";
import { modeBits } from "../../erofs/layout.ts";
import type { LayerBlobs } from "../../layerBlobs.ts";
import { folderItems, nameItems } from "./folderItems.ts";
import { generation, type Item, item, keys, sectorBytes } from "./format.ts";
import { type Inode, numberInodes } from "./inodes.ts";
import { fileExtentRecord, inlineExtentBytes, inlineExtentRecord, inodeRecord } from "./records.ts";
import { refusedEntry } from "./refusals.ts";
import type { Space } from "./space.ts";
import { xattrItems } from "./xattrItems.ts";

/** Content of a file that lies outside the trees. */
export interface Extent {
  /** Bytes, whole sectors. */
  readonly at: number;
  readonly length: number;
  readonly inode: bigint;
  readonly file: TreeFile;
  /** Of the extent in the file. */
  readonly offset: number;
}

export interface FileItems {
  readonly items: readonly Item[];
  readonly extents: readonly Extent[];
}

/** What the root folder says of itself. */
export type RootFacts = Pick<Entry, "mode" | "uid" | "gid" | "mtime">;

/** Files up to this size lie in the tree, as the kernel has it. */
const mostInline = 2048;

export interface FileItemOptions {
  /** Seconds since 1970, for all times but those of change. */
  readonly clock: number;
  /** Bytes that an item can have. */
  readonly most: number;
  readonly root: RootFacts | undefined;
  readonly signal: AbortSignal;
}

/**
 * The items of the tree of files.
 * @throws Failure `disk-entry`, `disk-xattr`
 */
export async function fileItems(
  tree: { readonly entries: readonly Entry[] } & Parameters<typeof numberInodes>[0],
  space: Space,
  blobs: LayerBlobs,
  { clock, most, root, signal }: FileItemOptions,
): Promise<FileItems> {
  const items: Item[] = [];
  const extents: Extent[] = [];
  for (const inode of numberInodes(tree)) {
    signal.throwIfAborted();
    const content = await contentOf(inode, space, blobs, most);
    for (const each of content.extents) extents.push(each);
    const { entry, number } = inode;
    const own = entry ?? root;
    const isFolder = entry === undefined || entry.type === "directory";
    const size = isFolder ? inode.below.reduce((sum, { name }) => sum + 2 * name.length, 0) : content.size;
    const facts = {
      generation,
      ...{ size, stored: content.stored, links: Math.max(1, isFolder ? 1 : inode.names.length) },
      ...{ uid: own?.uid ?? 0, gid: own?.gid ?? 0 },
      mode: modeBits[entry?.type ?? "directory"] | (own?.mode ?? 0o755),
      device: entry?.type === "char" || entry?.type === "block" ? deviceOf(entry.major, entry.minor) : 0n,
      ...{ mtime: own?.mtime ?? clock, clock },
    };
    items.push(item(number, keys.inode, 0n, inodeRecord(facts)));
    for (const each of nameItems(inode, most)) items.push(each);
    if (entry) items.push(...xattrItems(number, entry, most));
    if (isFolder) for (const each of folderItems(inode)) items.push(each);
    for (const each of content.items) items.push(each);
  }
  return { items, extents };
}

/** As the kernel counts devices within itself. */
function deviceOf(major: number, minor: number): bigint {
  return (BigInt(major) << 20n) | BigInt(minor);
}

interface Content {
  readonly items: readonly Item[];
  readonly extents: readonly Extent[];
  readonly size: number;
  readonly stored: number;
}

async function contentOf(inode: Inode, space: Space, blobs: LayerBlobs, most: number): Promise<Content> {
  const { entry, number } = inode;
  if (entry?.type === "symlink") {
    const target = Buffer.from(entry.target);
    if (target.length + inlineExtentBytes > most) throw refusedEntry(entry, "its target is too long");
    return inline(number, target);
  }
  if (entry?.type !== "file") return { items: [], extents: [], size: 0, stored: 0 };
  if (entry.size > 0 && entry.size <= mostInline && !entry.runs)
    return inline(number, await whole(entry, blobs));
  return outside(number, entry, space);
}

function inline(number: bigint, content: Buffer): Content {
  const items = [item(number, keys.extentData, 0n, inlineExtentRecord(generation, content))];
  return { items, extents: [], size: content.length, stored: content.length };
}

async function whole(file: TreeFile, blobs: LayerBlobs): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of blobs.whole(file)) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

function outside(number: bigint, file: TreeFile, space: Space): Content {
  const items: Item[] = [];
  const extents: Extent[] = [];
  let stored = 0;
  for (const [offset, length] of sectorRuns(file)) {
    for (let done = 0; done < length; ) {
      const piece = space.take(length - done);
      const from = offset + done;
      items.push(
        item(number, keys.extentData, BigInt(from), fileExtentRecord(generation, piece.at, piece.length)),
      );
      extents.push({ ...piece, inode: number, file, offset: from });
      done += piece.length;
    }
    stored += length;
  }
  return { items, extents, size: file.size, stored };
}

/** The data of a file in whole sectors: [offset, length], sorted, apart from each other. */
export function sectorRuns(file: TreeFile): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const [offset, length] of fileRuns(file)) {
    if (length === 0) continue;
    const start = Math.floor(offset / sectorBytes) * sectorBytes;
    const end = Math.ceil((offset + length) / sectorBytes) * sectorBytes;
    const last = found.at(-1);
    if (last && last[0] + last[1] >= start) last[1] = Math.max(last[1], end - last[0]);
    else found.push([start, end - start]);
  }
  return found;
}
