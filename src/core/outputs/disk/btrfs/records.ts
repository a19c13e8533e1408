import { type Key, keyBytes, writeKey } from "./format.ts";

const inodeBytes = 160;
export const dirItemBytes = 30;
export const fileExtentBytes = 53;
export const inlineExtentBytes = 21;

export interface InodeFacts {
  readonly generation: bigint;
  readonly size: number;
  /** Bytes on the disk. */
  readonly stored: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** With the bits of the type. */
  readonly mode: number;
  readonly device: bigint;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Of all other times. */
  readonly clock: number;
}

export function inodeRecord(facts: InodeFacts): Buffer {
  const bytes = Buffer.alloc(inodeBytes);
  bytes.writeBigUInt64LE(facts.generation, 0);
  bytes.writeBigUInt64LE(facts.generation, 8);
  bytes.writeBigUInt64LE(BigInt(facts.size), 16);
  bytes.writeBigUInt64LE(BigInt(facts.stored), 24);
  bytes.writeUInt32LE(facts.links, 40);
  bytes.writeUInt32LE(facts.uid, 44);
  bytes.writeUInt32LE(facts.gid, 48);
  bytes.writeUInt32LE(facts.mode, 52);
  bytes.writeBigUInt64LE(facts.device, 56);
  const times = [facts.clock, facts.clock, facts.mtime, facts.clock];
  for (const [index, time] of times.entries()) {
    bytes.writeBigInt64LE(BigInt(Math.floor(time)), 112 + 12 * index);
  }
  return bytes;
}

/** A name in a folder, or with `value` an extended attribute. */
export function dirItemRecord(location: Key, type: number, name: Buffer, generation: bigint, value?: Buffer) {
  const bytes = Buffer.alloc(dirItemBytes);
  writeKey(bytes, 0, location);
  bytes.writeBigUInt64LE(generation, keyBytes);
  bytes.writeUInt16LE(value?.length ?? 0, keyBytes + 8);
  bytes.writeUInt16LE(name.length, keyBytes + 10);
  bytes.writeUInt8(type, keyBytes + 12);
  return Buffer.concat([bytes, name, ...(value ? [value] : [])]);
}

export function inodeRefRecord(index: number, name: Buffer): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeBigUInt64LE(BigInt(index), 0);
  bytes.writeUInt16LE(name.length, 8);
  return Buffer.concat([bytes, name]);
}

export function inodeExtrefRecord(parent: bigint, index: number, name: Buffer): Buffer {
  const bytes = Buffer.alloc(18);
  bytes.writeBigUInt64LE(parent, 0);
  bytes.writeBigUInt64LE(BigInt(index), 8);
  bytes.writeUInt16LE(name.length, 16);
  return Buffer.concat([bytes, name]);
}

/** Content that lies in the tree itself. */
export function inlineExtentRecord(generation: bigint, content: Buffer): Buffer {
  const bytes = Buffer.alloc(inlineExtentBytes);
  bytes.writeBigUInt64LE(generation, 0);
  bytes.writeBigUInt64LE(BigInt(content.length), 8);
  return Buffer.concat([bytes, content]);
}

export function fileExtentRecord(generation: bigint, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(fileExtentBytes);
  bytes.writeBigUInt64LE(generation, 0);
  bytes.writeBigUInt64LE(BigInt(length), 8);
  bytes.writeUInt8(1, 20);
  bytes.writeBigUInt64LE(BigInt(at), 21);
  bytes.writeBigUInt64LE(BigInt(length), 29);
  bytes.writeBigUInt64LE(BigInt(length), 45);
  return bytes;
}

const rootBytes = 439;

export interface RootFacts {
  readonly generation: bigint;
  readonly at: number;
  readonly level: number;
  /** Bytes of all its nodes. */
  readonly stored: number;
  readonly nodeBytes: number;
  /** Inode of its folder; 0 for none. */
  readonly folder: bigint;
  readonly uuid: Buffer | undefined;
  readonly clock: number;
}

export function rootRecord(facts: RootFacts): Buffer {
  const bytes = Buffer.alloc(rootBytes);
  const inode = { size: 3, links: 1, uid: 0, gid: 0, mode: 0o040755, device: 0n, mtime: 0, clock: 0 };
  inodeRecord({ ...inode, generation: facts.generation, stored: facts.nodeBytes }).copy(bytes);
  bytes.writeBigUInt64LE(facts.generation, 160);
  bytes.writeBigUInt64LE(facts.folder, 168);
  bytes.writeBigUInt64LE(BigInt(facts.at), 176);
  bytes.writeBigUInt64LE(BigInt(facts.stored), 192);
  bytes.writeUInt32LE(1, 216);
  bytes.writeUInt8(facts.level, 238);
  bytes.writeBigUInt64LE(facts.generation, 239);
  if (!facts.uuid) return bytes;
  facts.uuid.copy(bytes, 247);
  for (const at of [327, 339]) bytes.writeBigInt64LE(BigInt(Math.floor(facts.clock)), at);
  return bytes;
}
