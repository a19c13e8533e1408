import { checksumItems } from "./checksumItems.ts";
import { type Chunks, chunksAround, type Division, type Room, systemChunk, treesAt } from "./chunks.ts";
import { extentItems, freeSpaceItems } from "./extentItems.ts";
import type { Extent } from "./fileItems.ts";
import { type Item, sectorBytes, trees } from "./format.ts";
import { chunkItems, deviceItems, relocationItems, rootItems, uuidItems } from "./ownItems.ts";
import { openSpace } from "./space.ts";
import { type Node, packTree } from "./treeNodes.ts";

/** What decides the bytes beside the tree of files. */
export interface BtrfsIdentity {
  /** Uuids with dashes: of the file system, its only device, its tree of files and its tree of chunks. */
  readonly fileSystem: string;
  readonly device: string;
  readonly files: string;
  readonly chunkTree: string;
  /** At most 255 bytes. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly clock: number;
}

export interface OwnedTree {
  readonly owner: bigint;
  readonly nodes: readonly Node[];
}

export interface Layout extends Chunks {
  readonly trees: readonly OwnedTree[];
  /** Bytes that extents and blocks of trees take. */
  readonly used: number;
}

interface Content {
  readonly items: readonly Item[];
  readonly extents: readonly Extent[];
  /** Checksums of all sectors of the extents, in their order; may be filled in later. */
  readonly sums: Buffer;
  /** Behind the last extent. */
  readonly end: number;
}

/**
 * Places every block of every tree. The tree of extents has an item for each block, its own too: it is made again
 * until its size no longer changes.
 */
export function layOutBtrfs(
  content: Content,
  division: Division,
  room: Room,
  identity: BtrfsIdentity,
): Layout {
  const { nodeBytes } = division;
  const pack = (items: readonly Item[]) => packTree(items, nodeBytes);
  const fixed = new Map([
    [trees.files, pack(content.items)],
    [trees.checksum, pack(checksumItems(content.extents, content.sums, nodeBytes))],
    [trees.uuid, pack(uuidItems(identity))],
    [trees.relocation, pack(relocationItems(identity))],
  ]);
  let extentNodes = pack([]);
  let freeNodes = pack([]);
  let deviceNodes = pack([]);
  let rootNodes = pack([]);
  for (;;) {
    const own: OwnedTree[] = [
      ...[...fixed].map(([owner, nodes]) => ({ owner, nodes })),
      { owner: trees.device, nodes: deviceNodes },
      { owner: trees.freeSpace, nodes: freeNodes },
      { owner: trees.root, nodes: rootNodes },
      { owner: trees.extent, nodes: extentNodes },
    ];
    const treesEnd = place(own, treesAt(division, content.end), nodeBytes);
    const chunks = chunksAround(division, content.end, treesEnd, room);
    const chunkNodes = pack(chunkItems(chunks, identity));
    place([{ owner: trees.chunk, nodes: chunkNodes }], systemChunk.start, nodeBytes);
    const all = [...own, { owner: trees.chunk, nodes: chunkNodes }];
    const next = {
      extent: pack(extentItems(content.extents, all, chunks.chunks, nodeBytes)),
      free: pack(freeSpaceItems(content.extents, all, chunks.chunks, nodeBytes)),
      device: pack(deviceItems(chunks.chunks, identity)),
      root: pack(rootItems(all, nodeBytes, identity)),
    };
    const same =
      next.extent.length === extentNodes.length &&
      next.free.length === freeNodes.length &&
      next.device.length === deviceNodes.length &&
      next.root.length === rootNodes.length;
    adopt(next.extent, extentNodes);
    adopt(next.free, freeNodes);
    adopt(next.device, deviceNodes);
    adopt(next.root, rootNodes);
    [extentNodes, freeNodes, deviceNodes, rootNodes] = [next.extent, next.free, next.device, next.root];
    if (!same) continue;
    const made: OwnedTree[] = [
      ...[...fixed].map(([owner, nodes]) => ({ owner, nodes })),
      { owner: trees.device, nodes: deviceNodes },
      { owner: trees.freeSpace, nodes: freeNodes },
      { owner: trees.root, nodes: rootNodes },
      { owner: trees.extent, nodes: extentNodes },
      { owner: trees.chunk, nodes: chunkNodes },
    ];
    const blocks = made.reduce((sum, { nodes }) => sum + nodes.length, 0);
    const data = content.extents.reduce((sum, { length }) => sum + length, 0);
    return { ...chunks, trees: made, used: data + blocks * nodeBytes };
  }
}

/** Gives each block its place, in order; the place behind the last. */
function place(owned: readonly OwnedTree[], start: number, nodeBytes: number): number {
  const space = openSpace(start, Number.MAX_SAFE_INTEGER);
  for (const { nodes } of owned) {
    for (const node of nodes) {
      node.at = space.takeWhole(nodeBytes);
      if (node.at % sectorBytes !== 0) throw new Error("A block of a tree lies askew.");
    }
  }
  return space.at;
}

/** The same tree made anew has the same places. */
function adopt(made: readonly Node[], before: readonly Node[]): void {
  for (const [index, node] of made.entries()) node.at = before[index]?.at ?? 0;
}
