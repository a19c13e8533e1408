import { type BlockCounts, blockBytes } from "./ext4Image.ts";
import type { Ext4Maker } from "./maker.ts";
import { smallestWithRoom } from "./room.ts";

// What other tools choose as well: enough to work, little enough not to matter.
const bytesPerInode = 16_384;
const spareInodes = 64;
// More than this part of the image free beyond what was asked for is worth a second try.
const toleratedPart = 1 / 200;
const toleratedBlocks = 32;
const leastGrowth = 16;

/** An image that holds the tree. */
interface Fitted {
  /** Of the disk. */
  readonly blocks: number;
  readonly free: number;
  /** What the tree takes. */
  readonly content: number;
}

/**
 * Makes the smallest image that leaves `freeBytes` free, to within half a percent.
 * @returns its blocks
 */
export async function makeAround(maker: Ext4Maker, freeBytes: number): Promise<number> {
  const spare = freeBytes > 0 ? spareInodes + Math.ceil(freeBytes / bytesPerInode) : 0;
  const inodes = maker.inodes + spare;
  const free = Math.ceil(freeBytes / blockBytes);
  const made = await makeWithRoom(maker, inodes, free);
  if (made.free - free <= Math.max(toleratedBlocks, made.blocks * toleratedPart)) return made.blocks;
  const tight = await tighten(maker, made, inodes, free);
  // The attempt is what stands there now.
  if (tight === "failed" && !(await maker.make(made.blocks, inodes))) {
    throw new Error("What fitted before fits no longer.");
  }
  return typeof tight === "string" ? made.blocks : tight.blocks;
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
  let made = await makeWithRoom(maker, maker.inodes, 0);
  for (;;) {
    const less = await tighten(maker, made, maker.inodes, 0);
    if (typeof less === "string") return made.blocks;
    made = less;
  }
}

/** Makes an image with at least so many free blocks, starting from what the tree is estimated to take. */
async function makeWithRoom(maker: Ext4Maker, inodes: number, free: number): Promise<Fitted> {
  for (let content = maker.content; ; ) {
    const empty = await smallestWithRoom(maker, content + free, inodes);
    const made = await maker.make(empty.blocks, inodes);
    if (made && made.free >= free) {
      return { blocks: empty.blocks, free: made.free, content: empty.free - made.free };
    }
    content = made ? empty.free - made.free : content + Math.max(leastGrowth, Math.ceil(content / 32));
  }
}

/** Tries once more, now that it is known what the tree takes: blocks of zeros, for one, take nothing. */
async function tighten(
  maker: Ext4Maker,
  made: Fitted,
  inodes: number,
  free: number,
): Promise<Fitted | "no smaller" | "failed"> {
  if (made.free <= free) return "no smaller";
  const empty = await smallestWithRoom(maker, made.content + free, inodes);
  if (empty.blocks >= made.blocks) return "no smaller";
  const tight = await maker.make(empty.blocks, inodes);
  if (!tight || tight.free < free) return "failed";
  return { blocks: empty.blocks, free: tight.free, content: empty.free - tight.free };
}
