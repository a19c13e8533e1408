import type { ChunkFacts } from "./chunkRecords.ts";
import { chunkTypes, stripeBytes } from "./format.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** How the space of a device is divided. */
export interface Division {
  /** Content and trees in the same chunk, which is what small devices need. */
  readonly mixed: boolean;
  readonly nodeBytes: number;
}

/** Where the chunk of the tree of chunks lies, on every device. */
export const systemChunk: ChunkFacts = { start: MiB, bytes: MiB, type: chunkTypes.system };
/** Where all others begin. */
export const firstChunk = systemChunk.start + systemChunk.bytes;
/** A chunk of content has at most so many bytes. */
export const mostChunk = GiB;

const small: Division = { mixed: true, nodeBytes: 4096 };
const large: Division = { mixed: false, nodeBytes: 16_384 };
// What the kernel keeps back for itself, about, so that files can be removed from a full disk.
const reserve = 2 * MiB;
const leastForTrees = 8 * MiB;

/** @param bytes of the device, about */
export function divisionFor(bytes: number): Division {
  return bytes < GiB ? small : large;
}

export interface Room {
  /** Of the whole device; undefined for the smallest. */
  readonly bytes: number | undefined;
  /** To be left free where the size is not given. */
  readonly free: number;
}

export interface Chunks {
  readonly chunks: readonly ChunkFacts[];
  /** Of the device. */
  readonly bytes: number;
  /** Of the smallest device that would do. */
  readonly least: number;
}

/** Where the trees of a device begin, when its content ends at `dataEnd`. */
export function treesAt({ mixed, nodeBytes }: Division, dataEnd: number): number {
  return up(dataEnd, mixed ? nodeBytes : stripeBytes);
}

/**
 * The chunks around content and trees.
 * @param treesEnd behind the last block of a tree
 */
export function chunksAround(division: Division, dataEnd: number, treesEnd: number, room: Room): Chunks {
  if (division.mixed) return mixedChunk(treesEnd, room);
  const start = treesAt(division, dataEnd);
  const used = treesEnd - start;
  const end = up(treesEnd + Math.max(leastForTrees, used / 2), stripeBytes);
  const chunks = [systemChunk];
  for (let at = firstChunk; at < start; at += mostChunk) {
    chunks.push({ start: at, bytes: Math.min(mostChunk, start - at), type: chunkTypes.data });
  }
  chunks.push({ start, bytes: end - start, type: chunkTypes.metadata });
  return { chunks, bytes: room.bytes ?? end + up(room.free, stripeBytes), least: end };
}

function mixedChunk(treesEnd: number, room: Room): Chunks {
  const least = up(treesEnd + reserve, stripeBytes);
  const bytes = room.bytes ?? up(treesEnd + reserve + room.free, stripeBytes);
  const end = Math.max(least, Math.floor(bytes / stripeBytes) * stripeBytes);
  const chunk = { start: firstChunk, bytes: end - firstChunk, type: chunkTypes.mixed };
  return { chunks: [systemChunk, chunk], bytes, least };
}

function up(bytes: number, multiple: number): number {
  return Math.ceil(bytes / multiple) * multiple;
}
