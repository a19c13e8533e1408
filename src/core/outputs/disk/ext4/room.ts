import type { Ext4Maker } from "./maker.ts";

const inodesPerBlock = 16;
// Added where an image is too small for even its own tables, or would lose its last group.
const coarseStep = 64;

/** An image without content: blocks of the disk, and those that are free. */
export interface EmptyImage {
  readonly blocks: number;
  readonly free: number;
}

/**
 * The smallest image that has `wanted` blocks free beside its tables and journal. They grow with the image, so that
 * mke2fs itself is asked what they leave.
 */
export async function smallestWithRoom(
  maker: Ext4Maker,
  wanted: number,
  inodes: number,
): Promise<EmptyImage> {
  let blocks = Math.max(1, wanted) + Math.ceil(inodes / inodesPerBlock);
  let tooFew = blocks - 1;
  for (;;) {
    const empty = await maker.probe(blocks, inodes);
    const missing = empty ? wanted - empty.free : coarseStep;
    if (empty && missing <= 0) return between(maker, wanted, inodes, tooFew, { blocks, free: empty.free });
    // A last group with next to no room is left out: a few blocks more would not bring it back, many more might.
    const isWhole = empty?.blocks === blocks;
    tooFew = isWhole ? blocks + missing - 1 : blocks;
    blocks += isWhole ? missing : Math.max(missing, coarseStep);
  }
}

async function between(
  maker: Ext4Maker,
  wanted: number,
  inodes: number,
  tooFew: number,
  enough: EmptyImage,
): Promise<EmptyImage> {
  if (enough.blocks - tooFew <= 1) return enough;
  const blocks = Math.floor((tooFew + enough.blocks) / 2);
  const empty = await maker.probe(blocks, inodes);
  return empty && empty.free >= wanted
    ? between(maker, wanted, inodes, tooFew, { blocks, free: empty.free })
    : between(maker, wanted, inodes, blocks, enough);
}
