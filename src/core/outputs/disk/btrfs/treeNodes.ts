import { checksum } from "./checksum.ts";
import {
  generation,
  headerBytes,
  type Item,
  itemHeadBytes,
  type Key,
  keyBytes,
  pointerBytes,
  uuidBytes,
  writeKey,
} from "./format.ts";

/** A block of a tree. */
export interface Node {
  readonly level: number;
  readonly items: readonly Item[];
  readonly children: readonly Node[];
  /** Where it lies, once that is known. */
  at: number;
}

/** All blocks of a tree, the leaves first and the root last. */
export function packTree(items: readonly Item[], nodeBytes: number): readonly Node[] {
  let level = packLeaves(items, nodeBytes);
  const all = [...level];
  const fan = Math.floor((nodeBytes - headerBytes) / pointerBytes);
  for (let height = 1; level.length > 1; height++) {
    const above: Node[] = [];
    for (let first = 0; first < level.length; first += fan) {
      above.push({ level: height, items: [], children: level.slice(first, first + fan), at: 0 });
    }
    for (const node of above) all.push(node);
    level = above;
  }
  return all;
}

function packLeaves(items: readonly Item[], nodeBytes: number): Node[] {
  const leaves: Node[] = [];
  const room = nodeBytes - headerBytes;
  let waiting: Item[] = [];
  let used = 0;
  for (const each of items) {
    const bytes = itemHeadBytes + each.data.length;
    if (used + bytes > room) {
      leaves.push({ level: 0, items: waiting, children: [], at: 0 });
      waiting = [];
      used = 0;
    }
    waiting.push(each);
    used += bytes;
  }
  if (waiting.length > 0 || leaves.length === 0)
    leaves.push({ level: 0, items: waiting, children: [], at: 0 });
  return leaves;
}

/** What all blocks of a file system say. */
export interface NodeIdentity {
  readonly nodeBytes: number;
  readonly fileSystem: string;
  readonly chunkTree: string;
}

const written = 1n;
const backrefRevision = 1n << 56n;

/** A block as it lies on the disk. */
export function nodeBlock(node: Node, owner: bigint, identity: NodeIdentity): Buffer {
  const block = Buffer.alloc(identity.nodeBytes);
  uuidBytes(identity.fileSystem).copy(block, 32);
  block.writeBigUInt64LE(BigInt(node.at), 48);
  block.writeBigUInt64LE(written | backrefRevision, 56);
  uuidBytes(identity.chunkTree).copy(block, 64);
  block.writeBigUInt64LE(generation, 80);
  block.writeBigUInt64LE(BigInt.asUintN(64, owner), 88);
  block.writeUInt32LE(node.level === 0 ? node.items.length : node.children.length, 96);
  block.writeUInt8(node.level, 100);
  if (node.level === 0) writeItems(block, node.items);
  else writePointers(block, node.children);
  block.writeUInt32LE(checksum(block, 32), 0);
  return block;
}

function writeItems(block: Buffer, items: readonly Item[]): void {
  let head = headerBytes;
  let end = block.length;
  for (const { key, data } of items) {
    end -= data.length;
    data.copy(block, end);
    writeKey(block, head, key);
    block.writeUInt32LE(end - headerBytes, head + keyBytes);
    block.writeUInt32LE(data.length, head + keyBytes + 4);
    head += itemHeadBytes;
  }
}

function writePointers(block: Buffer, children: readonly Node[]): void {
  let at = headerBytes;
  for (const child of children) {
    writeKey(block, at, firstKey(child));
    block.writeBigUInt64LE(BigInt(child.at), at + keyBytes);
    block.writeBigUInt64LE(generation, at + keyBytes + 8);
    at += pointerBytes;
  }
}

function firstKey(node: Node): Key {
  const [child] = node.children;
  if (child) return firstKey(child);
  const [first] = node.items;
  if (!first) throw new Error("A block of a tree is empty.");
  return first.key;
}
