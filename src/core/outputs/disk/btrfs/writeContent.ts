import { writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileRuns, type TreeFile } from "../../../tree/readFile.ts";
import type { LayerBlobs } from "../../layerBlobs.ts";
import { checksum } from "./checksum.ts";
import { sumBytes } from "./checksumItems.ts";
import type { Extent } from "./fileItems.ts";
import { sectorBytes } from "./format.ts";

const windowBytes = 4 * 2 ** 20;

/** A file of the host that holds a file system from `offset` bytes on. */
export interface Target {
  readonly fd: number;
  readonly offset: number;
}

/**
 * Writes the extents, and their checksums into `sums`.
 * @param onProgress gets bytes written
 */
export async function writeContent(
  extents: readonly Extent[],
  sums: Buffer,
  target: Target,
  blobs: LayerBlobs,
  options: { readonly signal: AbortSignal; onProgress(bytes: number): void },
): Promise<void> {
  const window = Buffer.alloc(windowBytes);
  let start = 0;
  let filled = 0;
  let sector = 0;
  let done = 0;
  const flush = async (): Promise<void> => {
    for (let at = 0; at < filled; at += sectorBytes) {
      sums.writeUInt32LE(checksum(window, at, at + sectorBytes), sumBytes * sector);
      sector += 1;
    }
    writeAll(target, window.subarray(0, filled), start);
    done += filled;
    filled = 0;
    options.onProgress(done);
    await setImmediate();
    options.signal.throwIfAborted();
  };
  for (const extent of extents) {
    for (let from = 0; from < extent.length; ) {
      if (filled === windowBytes || (filled > 0 && start + filled !== extent.at + from)) await flush();
      if (filled === 0) start = extent.at + from;
      const length = Math.min(windowBytes - filled, extent.length - from);
      const part = window.subarray(filled, filled + length);
      await fill(part, extent.file, extent.offset + from, blobs);
      filled += length;
      from += length;
    }
  }
  await flush();
}

/** Reads what the file has from `from` on, holes and what is behind its end as zeros. */
async function fill(part: Buffer, file: TreeFile, from: number, blobs: LayerBlobs): Promise<void> {
  const to = from + part.length;
  let covered = 0;
  let stored = 0;
  for (const [offset, length] of fileRuns(file)) {
    const first = Math.max(offset, from);
    const last = Math.min(offset + length, to);
    if (first < last) {
      part.fill(0, covered, first - from);
      covered = first - from;
      for await (const piece of blobs.stored(file, stored + first - offset, last - first)) {
        piece.copy(part, covered);
        covered += piece.length;
      }
    }
    stored += length;
    if (offset >= to) break;
  }
  part.fill(0, covered);
}

export function writeAll({ fd, offset }: Target, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, offset + at + done);
  }
}
