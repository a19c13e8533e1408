import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Tree } from "../../../tree/tree.ts";
import { estimateBlocks } from "./contentBlocks.ts";
import { countBlocks } from "./debugfs.ts";
import { type BlockCounts, NoRoom } from "./ext4Image.ts";
import { fillInodes } from "./fillInodes.ts";
import { type Ext4Work, makeFileSystem } from "./mke2fs.ts";
import { countInodes } from "./refusals.ts";
import { type StageOptions, stageTree } from "./stageTree.ts";

/** Makes images of one tree, in any size, until one is right. Each replaces the one before. */
export interface Ext4Maker {
  /** The image. */
  readonly path: string;
  /** Inodes that the tree needs. */
  readonly inodes: number;
  /** Blocks that the tree needs, about. */
  readonly content: number;
  readonly journal: boolean;
  /** Blocks of an image without content, or undefined when it is too small to be one. */
  probe(blocks: number, inodes: number): Promise<BlockCounts | undefined>;
  /** Blocks of the finished image, or undefined when the tree does not fit into it. */
  make(blocks: number, inodes: number): Promise<BlockCounts | undefined>;
  /** Removes everything but the image. */
  close(): Promise<void>;
}

/** @throws Failure `disk-entry`, `disk-xattr` for what ext4 cannot hold. */
export async function openMaker(
  work: Ext4Work,
  tree: Tree,
  journal: boolean,
  onProgress: StageOptions["onProgress"],
): Promise<Ext4Maker> {
  const path = join(work.folder, "disk.raw");
  const probed = join(work.folder, "probe.raw");
  const staged = join(work.folder, "tree");
  const alone = { ...work, offset: 0 };
  const inodes = countInodes(tree);
  await stageTree(tree, staged, { signal: work.signal, onProgress });
  return {
    ...{ path, inodes, journal, content: estimateBlocks(tree) },
    probe: (blocks, wanted) =>
      unlessNoRoom(async () => {
        await makeFileSystem(alone, probed, { blocks, inodes: wanted, journal });
        return countBlocks(alone, probed);
      }),
    make: (blocks, wanted) =>
      unlessNoRoom(async () => {
        await makeFileSystem(work, path, { blocks, inodes: wanted, journal }, staged);
        await fillInodes(work, path, tree);
        return countBlocks(work, path);
      }),
    async close() {
      const rest = [staged, probed, join(work.folder, "xattrs"), join(work.folder, "mke2fs.conf")];
      await Promise.all(rest.map(each => rm(each, { recursive: true, force: true })));
    },
  };
}

async function unlessNoRoom<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NoRoom) return undefined;
    throw error;
  }
}
