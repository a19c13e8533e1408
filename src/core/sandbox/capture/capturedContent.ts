import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { DataRun } from "../../tree/entry.ts";
import { createHoleFinder } from "../../tree/holes.ts";
import type { FileContent } from "../../tree/layer.ts";
import { openTreeFile, type TreeFile } from "../../tree/readFile.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import { expanded, inBlocks, isZero } from "./memberBytes.ts";
import { sameBytes } from "./sameBytes.ts";

/** A file's content, held so that it can be read more than once. */
export interface CapturedContent {
  /** Apparent size in bytes. */
  readonly size: number;
  /** All bytes, holes as zeros. */
  bytes(): AsyncIterable<Uint8Array>;
  /** Holes are where every layer has them, whatever the sandbox's file system stored. */
  forLayer(): FileContent;
  discard(): Promise<void>;
}

/** Larger contents wait in a file. */
const largestInMemory = 1024 * 1024;

/**
 * Takes a member's content.
 * @param spool a path at which nothing is, for a large one.
 */
export function holdContent(member: TarMember, spool: string): Promise<CapturedContent> {
  return member.size <= largestInMemory ? inMemory(member) : inFile(member, spool);
}

/** Whether a file of the tree has the same bytes. */
export async function sameContent(content: CapturedContent, file: TreeFile): Promise<boolean> {
  if (content.size !== file.size) return false;
  const theirs = openTreeFile(file);
  try {
    return await sameBytes(content.bytes(), theirs);
  } finally {
    theirs.destroy();
  }
}

async function inMemory(member: TarMember): Promise<CapturedContent> {
  const parts: Uint8Array[] = [];
  for await (const chunk of expanded(member)) parts.push(Buffer.from(chunk));
  const all = Buffer.concat(parts);
  const finder = createHoleFinder();
  finder.push(all);
  const runs = finder.finish();
  return {
    size: all.length,
    async *bytes() {
      yield all;
    },
    forLayer: () => (runs ? { stream: piecesOf(all, runs), size: all.length, runs } : { bytes: all }),
    discard: () => Promise.resolve(),
  };
}

async function* piecesOf(all: Buffer, runs: readonly DataRun[]): AsyncGenerator<Uint8Array> {
  for (const [offset, length] of runs) yield all.subarray(offset, offset + length);
}

async function inFile(member: TarMember, path: string): Promise<CapturedContent> {
  const { size } = member;
  const finder = createHoleFinder();
  const file = await open(path, "wx", 0o600);
  try {
    let position = 0;
    for await (const chunk of inBlocks(expanded(member))) {
      finder.push(chunk);
      if (!isZero(chunk)) await file.write(chunk, 0, chunk.length, position);
      position += chunk.length;
    }
    await file.truncate(size);
  } finally {
    await file.close();
  }
  const runs = finder.finish();
  return {
    size,
    bytes: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
    forLayer: () => ({ stream: runsOf(path, runs ?? [[0, size]]), size, ...(runs ? { runs } : {}) }),
    discard: () => rm(path, { force: true }),
  };
}

async function* runsOf(path: string, runs: readonly DataRun[]): AsyncGenerator<Uint8Array> {
  for (const [start, length] of runs) {
    yield* createReadStream(path, { start, end: start + length - 1, highWaterMark: 256 * 1024 });
  }
}
