import { type BlockCounts, blockBytes } from "./ext4Image.ts";
import type { Ext4Maker } from "./maker.ts";

// What other tools choose as well: enough to work, little enough not to matter.
const bytesPerInode = 16_384;
const spareInodes = 64;
const inodesPerBlock = 16;
// More than this part of the image free beyond what was asked for is worth a second try.
const toleratedPart = 1 / 200;
const toleratedBlocks = 32;
// Added where an image is too small for even its own tables, or would lose its last group.
const coarseStep = 64;

/** An image that holds the tree. `blocks` are those of the disk. */
export interface Fitted {
  readonly blocks: number;
  readonly free: number;
}

/** Makes the smallest image that leaves `freeBytes` free, to within half a percent. */
export async function makeAround(maker: Ext4Maker, freeBytes: number): Promise<Fitted> {
  const spare = freeBytes > 0 ? spareInodes + Math.ceil(freeBytes / bytesPerInode) : 0;
  const inodes = maker.inodes + spare;
  const free = Math.ceil(freeBytes / blockBytes);
  for (let content = maker.content; ; ) {
    const blocks = await blocksFor(maker, content + free, inodes);
    const made = await maker.make(blocks, inodes);
    if (made && made.free >= free) {
      return tighten(maker, { blocks, free: made.free }, content + 2 * free - made.free, inodes, free);
    }
    content += made ? free - made.free : Math.max(coarseStep, Math.ceil(content / 16));
  }
}

/** Tries once more where much is left: files whose blocks are zeros take less than estimated. */
async function tighten(
  maker: Ext4Maker,
  made: Fitted,
  wanted: number,
  inodes: number,
  free: number,
): Promise<Fitted> {
  if (made.free - free <= Math.max(toleratedBlocks, made.blocks * toleratedPart)) return made;
  const blocks = await blocksFor(maker, wanted, inodes);
  if (blocks >= made.blocks) return made;
  const tight = await maker.make(blocks, inodes);
  if (tight && tight.free >= free) return { blocks, free: tight.free };
  if (!(await maker.make(made.blocks, inodes))) throw new Error("What fitted before fits no longer.");
  return made;
}

/** Makes an image of `bytes` (rounded down to blocks); undefined when that is too small. */
export async function makeInto(maker: Ext4Maker, bytes: number): Promise<BlockCounts | undefined> {
  const blocks = Math.floor(bytes / blockBytes);
  const usual = Math.max(maker.inodes, Math.floor(bytes / bytesPerInode));
  const made = await maker.make(blocks, usual);
  return made || usual === maker.inodes ? made : maker.make(blocks, maker.inodes);
}

/** Blocks of the smallest image that holds the tree: with less, it does not fit. */
export async function smallest(maker: Ext4Maker): Promise<number> {
  let { blocks, free } = await makeAround(maker, 0);
  while (free > 0) {
    const made = await maker.make(blocks - free, maker.inodes);
    if (!made) break;
    blocks -= free;
    free = made.free;
  }
  return blocks;
}

/** Asks mke2fs itself what its tables and the journal leave; they grow with the image. */
async function blocksFor(maker: Ext4Maker, wanted: number, inodes: number): Promise<number> {
  for (let blocks = wanted + Math.ceil(inodes / inodesPerBlock); ; ) {
    const empty = await maker.probe(blocks, inodes);
    if (!empty) {
      blocks += coarseStep;
      continue;
    }
    const missing = wanted - empty.free;
    if (missing <= 0) return blocks;
    // A last group with next to no room is left out: a few blocks more would not bring it back.
    blocks += empty.blocks < blocks ? Math.max(missing, coarseStep) : missing;
  }
}
