import { nameOf, parentOf } from "../../../tree/path.ts";
import { fileRuns, type TreeFile } from "../../../tree/readFile.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { fileIdentity } from "../../layerBlobs.ts";
import { blockBytes } from "./ext4Image.ts";
import { needBlock, xattrsOf } from "./xattrs.ts";

const longestShortTarget = 59;
const extentsInInode = 4;
// A block of them has room for 340; those that were split are half full.
const extentsPerBlock = 170;
const dotsBytes = 24;

/** Blocks that the tree will take in an image beyond those of an empty one: close, and where unsure too many. */
export function estimateBlocks(tree: Tree): number {
  const files = new Set<string>();
  let blocks = 0;
  for (const entry of tree.entries) {
    if (entry.type === "file") {
      if (files.has(fileIdentity(entry))) continue;
      files.add(fileIdentity(entry));
    }
    blocks += contentBlocks(entry) + (needBlock(xattrsOf(entry)) ? 1 : 0);
  }
  return blocks + folderBlocks(tree);
}

function contentBlocks(entry: TreeEntry): number {
  if (entry.type === "file") return fileBlocks(entry);
  return entry.type === "symlink" && Buffer.byteLength(entry.target) > longestShortTarget ? 1 : 0;
}

function fileBlocks(file: TreeFile): number {
  let blocks = 0;
  let extents = 0;
  let end = -1;
  for (const [offset, length] of fileRuns(file)) {
    const first = Math.floor(offset / blockBytes);
    const last = Math.ceil((offset + length) / blockBytes);
    if (first > end) extents++;
    // Runs need not end where blocks do: two may share one.
    blocks += Math.max(0, last - Math.max(first, end));
    end = Math.max(end, last);
  }
  return blocks + mapBlocks(extents);
}

function mapBlocks(extents: number): number {
  return extents > extentsInInode ? Math.ceil(extents / extentsPerBlock) : 0;
}

/** Names fill one block after the other; none crosses from one to the next. */
function folderBlocks(tree: Tree): number {
  const folders = new Map([["", { blocks: 1, used: dotsBytes }]]);
  for (const entry of tree.entries) {
    if (entry.type === "directory") folders.set(entry.path, { blocks: 1, used: dotsBytes });
    const folder = folders.get(parentOf(entry.path));
    if (!folder) continue;
    const bytes = Math.ceil((8 + Buffer.byteLength(nameOf(entry.path))) / 4) * 4;
    const fits = folder.used + bytes <= blockBytes;
    if (!fits) folder.blocks++;
    folder.used = (fits ? folder.used : 0) + bytes;
  }
  let blocks = 0;
  // A folder grows between its files, so that no two of its blocks lie together.
  for (const folder of folders.values()) blocks += folder.blocks + mapBlocks(folder.blocks);
  // An empty image has a root.
  return blocks - 1;
}
