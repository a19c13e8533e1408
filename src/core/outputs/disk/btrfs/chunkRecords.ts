import { stripeBytes } from "./format.ts";

export interface ChunkFacts {
  readonly start: number;
  readonly bytes: number;
  readonly type: bigint;
}

/** Chunks lie on the device where they lie in btrfs's own addresses. */
export function chunkRecord({ start, bytes, type }: ChunkFacts, sector: number, device: Buffer): Buffer {
  const record = Buffer.alloc(80);
  record.writeBigUInt64LE(BigInt(bytes), 0);
  record.writeBigUInt64LE(2n, 8);
  record.writeBigUInt64LE(BigInt(stripeBytes), 16);
  record.writeBigUInt64LE(type, 24);
  record.writeUInt32LE(stripeBytes, 32);
  record.writeUInt32LE(stripeBytes, 36);
  record.writeUInt32LE(sector, 40);
  record.writeUInt16LE(1, 44);
  record.writeUInt16LE(1, 46);
  record.writeBigUInt64LE(1n, 48);
  record.writeBigUInt64LE(BigInt(start), 56);
  device.copy(record, 64);
  return record;
}

export interface DeviceFacts {
  readonly bytes: number;
  /** Taken by chunks. */
  readonly used: number;
  readonly uuid: Buffer;
  readonly fileSystem: Buffer;
}

export function deviceRecord({ bytes, used, uuid, fileSystem }: DeviceFacts, sector: number): Buffer {
  const record = Buffer.alloc(98);
  record.writeBigUInt64LE(1n, 0);
  record.writeBigUInt64LE(BigInt(bytes), 8);
  record.writeBigUInt64LE(BigInt(used), 16);
  for (const at of [24, 28, 32]) record.writeUInt32LE(sector, at);
  uuid.copy(record, 66);
  fileSystem.copy(record, 82);
  return record;
}
