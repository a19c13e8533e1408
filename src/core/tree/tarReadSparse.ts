import type { Buffer } from "node:buffer";
import type { DataRun } from "./entry.ts";
import { Damage } from "./tarReadDamage.ts";
import type { PaxExtension } from "./tarReadExtension.ts";
import type { ByteFeed } from "./tarReadFeed.ts";
import { blockSize, readSize, type TarHeader } from "./tarReadHeader.ts";

/** How a sparse file lies in the archive. */
export interface SparseLayout {
  readonly runs: readonly DataRun[];
  /** Apparent size. */
  readonly size: number;
  /** Bytes of map that were read from the member's body, padding included. */
  readonly mapBytes: number;
}

const mostRuns = 1_000_000;

/**
 * The map of a sparse file in any of GNU tar's forms, or undefined when the file is not sparse. Reads the blocks
 * that follow the header where a form puts its map there. @throws Damage when the map contradicts itself.
 */
export async function readSparse(
  header: TarHeader,
  pax: PaxExtension,
  stored: number,
  feed: ByteFeed,
): Promise<SparseLayout | undefined> {
  if (header.flag === "S" && header.dialect === "gnu") {
    return checked(await oldGnuMap(header.block, feed), readSize(header.block, 483), 0, stored);
  }
  const { sparse } = pax;
  if (!sparse) return undefined;
  if (sparse.size === undefined) throw new Damage("a sparse file does not give its size");
  if (sparse.mapInBody) {
    const { numbers, mapBytes } = await mapFromBody(feed, stored);
    return checked(pairs(numbers), sparse.size, mapBytes, stored);
  }
  return checked(pairs(sparse.numbers), sparse.size, 0, stored);
}

async function oldGnuMap(block: Buffer, feed: ByteFeed): Promise<DataRun[]> {
  const runs = runsIn(block, 386, 4);
  let more = block[482] !== 0;
  while (more) {
    const next = feed.takeNow(blockSize) ?? (await feed.take(blockSize));
    if (!next) throw new Damage("it ends in the middle of a sparse file's map");
    runs.push(...runsIn(next, 0, 21));
    if (runs.length > mostRuns) throw new Damage("a sparse file has more pieces than can be true");
    more = next[504] !== 0;
  }
  return runs;
}

function runsIn(block: Buffer, start: number, count: number): DataRun[] {
  const runs: DataRun[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + i * 24;
    // An unused slot is all zeros; a used one always has digits.
    if (block[at] === 0 && block[at + 12] === 0) break;
    runs.push([readSize(block, at), readSize(block, at + 12)]);
  }
  return runs;
}

/** The body begins with lines of decimal numbers, filled up to whole blocks: a count, then offset and length of each run. */
async function mapFromBody(feed: ByteFeed, stored: number): Promise<{ numbers: number[]; mapBytes: number }> {
  const numbers: number[] = [];
  let wanted = 1;
  let partial = "";
  let mapBytes = 0;
  while (numbers.length < wanted) {
    if (mapBytes + blockSize > stored) throw new Damage("a sparse file's map is longer than the file");
    const block = feed.takeNow(blockSize) ?? (await feed.take(blockSize));
    if (!block) throw new Damage("it ends in the middle of a sparse file's map");
    mapBytes += blockSize;
    const lines = (partial + block.toString("latin1")).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) {
      if (numbers.length === wanted) break;
      if (!/^\d{1,15}$/.test(line)) throw new Damage("a sparse file's map cannot be read");
      numbers.push(Number(line));
      if (numbers.length === 1) wanted = 1 + 2 * Number(line);
      if (wanted > 2 * mostRuns) throw new Damage("a sparse file has more pieces than can be true");
    }
    if (partial.length > 15 && numbers.length < wanted)
      throw new Damage("a sparse file's map cannot be read");
  }
  return { numbers: numbers.slice(1), mapBytes };
}

function pairs(numbers: readonly number[]): DataRun[] {
  if (numbers.length % 2 !== 0) throw new Damage("a sparse file's map cannot be read");
  if (numbers.length > 2 * mostRuns) throw new Damage("a sparse file has more pieces than can be true");
  return numbers.flatMap((offset, i) => (i % 2 === 0 ? [[offset, numbers[i + 1] ?? 0] as const] : []));
}

function checked(all: readonly DataRun[], size: number, mapBytes: number, stored: number): SparseLayout {
  // GNU tar marks the end of a file that ends in a hole by a run without bytes.
  const runs = all.filter(([, length]) => length > 0);
  let end = 0;
  let sum = 0;
  for (const [offset, length] of runs) {
    if (offset < end || offset + length > size) throw new Damage("a sparse file's map contradicts itself");
    end = offset + length;
    sum += length;
  }
  if (sum !== stored - mapBytes) throw new Damage("a sparse file's map does not fit its bytes");
  return { runs, size, mapBytes };
}
