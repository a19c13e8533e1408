import { closeSync, constants, ftruncateSync, openSync } from "node:fs";
import type { Tree } from "../../../tree/tree.ts";
import { openLayerBlobs } from "../../layerBlobs.ts";
import { sumBytes } from "./checksumItems.ts";
import { divisionFor, firstChunk, mostChunk, type Room } from "./chunks.ts";
import { fileItems, type RootFacts } from "./fileItems.ts";
import { headerBytes, itemHeadBytes, sectorBytes } from "./format.ts";
import { type BtrfsIdentity, layOutBtrfs } from "./layout.ts";
import { openSpace } from "./space.ts";
import { superblocks } from "./superblock.ts";
import { nodeBlock } from "./treeNodes.ts";
import { writeAll, writeContent } from "./writeContent.ts";

export interface BtrfsWork {
  readonly signal: AbortSignal;
  readonly identity: BtrfsIdentity;
  /** Default: 0755, root's, dated by the clock. */
  readonly root?: RootFacts | undefined;
  /** Gets bytes of content written. */
  onProgress(bytes: number): void;
}

/** Bytes of the device, or those of the smallest that would do when it is too small. */
export type MadeBtrfs = { readonly bytes: number } | { readonly least: number };

/**
 * Writes a btrfs with the tree into the file `path`, from `offset` on: on one device, content and trees once,
 * without compression. mkfs.btrfs numbers files as the host does and dates them as it does, so that no two builds
 * would be alike; and it keeps no owners but the host's.
 * @throws Failure `disk-entry`, `disk-xattr`
 */
export async function makeBtrfs(
  tree: Pick<Tree, "entries">,
  place: { readonly path: string; readonly offset: number },
  room: Room,
  { signal, identity, root, onProgress }: BtrfsWork,
): Promise<MadeBtrfs> {
  const stored = tree.entries.reduce((sum, each) => sum + (each.type === "file" ? each.size : 0), 0);
  const division = divisionFor(room.bytes ?? firstChunk + stored + room.free);
  const { nodeBytes, mixed } = division;
  const blobs = openLayerBlobs();
  const space = openSpace(firstChunk, mixed ? Number.MAX_SAFE_INTEGER : mostChunk);
  let fd: number | undefined;
  try {
    const most = nodeBytes - headerBytes - itemHeadBytes;
    const options = { clock: identity.clock, most, root, signal };
    const { items, extents } = await fileItems(tree, space, blobs, options);
    const sectors = extents.reduce((sum, { length }) => sum + length / sectorBytes, 0);
    const sums = Buffer.alloc(sectors * sumBytes);
    const end = extents.length > 0 ? space.at : firstChunk;
    const layout = layOutBtrfs({ items, extents, sums, end }, division, room, identity);
    if (layout.bytes < layout.least) return { least: layout.least };
    fd = openSync(place.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    ftruncateSync(fd, place.offset + layout.bytes);
    const target = { fd, offset: place.offset };
    await writeContent(extents, sums, target, blobs, { signal, onProgress });
    for (const { owner, nodes } of layout.trees) {
      for (const node of nodes) writeAll(target, nodeBlock(node, owner, { ...identity, nodeBytes }), node.at);
    }
    for (const { at, bytes } of superblocks(layout, division, identity)) writeAll(target, bytes, at);
    return { bytes: layout.bytes };
  } finally {
    blobs.close();
    if (fd !== undefined) closeSync(fd);
  }
}
