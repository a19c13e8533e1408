import type { ChunkFacts } from "./chunkRecords.ts";
import type { Extent } from "./fileItems.ts";
import { firstChunkObject, generation, type Item, inlineRefs, item, keys, trees } from "./format.ts";
import type { OwnedTree } from "./layout.ts";

const dataFlag = 1n;
const blockFlag = 2n;

/** What is taken: extents with the files that have them, blocks with their trees, and how full each chunk is. */
export function extentItems(
  extents: readonly Extent[],
  owned: readonly OwnedTree[],
  chunks: readonly ChunkFacts[],
  nodeBytes: number,
): readonly Item[] {
  const items: Item[] = extents.map(each =>
    item(BigInt(each.at), keys.extent, BigInt(each.length), extentRecord(each)),
  );
  for (const { owner, nodes } of owned) {
    for (const node of nodes) {
      items.push(item(BigInt(node.at), keys.metadata, BigInt(node.level), blockRecord(owner)));
    }
  }
  const used = usedRanges(extents, owned, nodeBytes);
  for (const chunk of chunks) {
    const bytes = within(chunk, used).reduce((sum, [, length]) => sum + length, 0);
    items.push(
      item(BigInt(chunk.start), keys.blockGroup, BigInt(chunk.bytes), groupRecord(bytes, chunk.type)),
    );
  }
  return items.sort(({ key: a }, { key: b }) =>
    a.objectid === b.objectid ? a.type - b.type : a.objectid < b.objectid ? -1 : 1,
  );
}

/** What is free in each chunk. */
export function freeSpaceItems(
  extents: readonly Extent[],
  owned: readonly OwnedTree[],
  chunks: readonly ChunkFacts[],
  nodeBytes: number,
): readonly Item[] {
  const used = usedRanges(extents, owned, nodeBytes);
  return chunks.flatMap(chunk => {
    const gaps: [number, number][] = [];
    let at = chunk.start;
    for (const [start, length] of [...within(chunk, used), [chunk.start + chunk.bytes, 0] as const]) {
      if (start > at) gaps.push([at, start - at]);
      at = start + length;
    }
    const info = Buffer.alloc(8);
    info.writeUInt32LE(gaps.length, 0);
    return [
      item(BigInt(chunk.start), keys.freeSpaceInfo, BigInt(chunk.bytes), info),
      ...gaps.map(([start, length]) =>
        item(BigInt(start), keys.freeSpaceExtent, BigInt(length), Buffer.alloc(0)),
      ),
    ];
  });
}

type Range = readonly [start: number, length: number];

/** Sorted, and joined where one begins at the end of another. */
function usedRanges(
  extents: readonly Extent[],
  owned: readonly OwnedTree[],
  nodeBytes: number,
): readonly Range[] {
  const all: Range[] = [
    ...extents.map(({ at, length }): Range => [at, length]),
    ...owned.flatMap(({ nodes }) => nodes.map(({ at }): Range => [at, nodeBytes])),
  ];
  return all.sort(([a], [b]) => a - b);
}

function within({ start, bytes }: ChunkFacts, ranges: readonly Range[]): readonly Range[] {
  return ranges.filter(([at]) => at >= start && at < start + bytes);
}

function head(flags: bigint, bytes: number): Buffer {
  const record = Buffer.alloc(bytes);
  record.writeBigUInt64LE(1n, 0);
  record.writeBigUInt64LE(generation, 8);
  record.writeBigUInt64LE(flags, 16);
  return record;
}

function extentRecord({ inode, offset }: Extent): Buffer {
  const record = head(dataFlag, 53);
  record.writeUInt8(inlineRefs.extentData, 24);
  record.writeBigUInt64LE(trees.files, 25);
  record.writeBigUInt64LE(inode, 33);
  record.writeBigUInt64LE(BigInt(offset), 41);
  record.writeUInt32LE(1, 49);
  return record;
}

function blockRecord(owner: bigint): Buffer {
  const record = head(blockFlag, 33);
  record.writeUInt8(inlineRefs.treeBlock, 24);
  record.writeBigUInt64LE(BigInt.asUintN(64, owner), 25);
  return record;
}

function groupRecord(used: number, type: bigint): Buffer {
  const record = Buffer.alloc(24);
  record.writeBigUInt64LE(BigInt(used), 0);
  record.writeBigUInt64LE(firstChunkObject, 8);
  record.writeBigUInt64LE(type, 16);
  return record;
}
