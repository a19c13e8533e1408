import type { DataRun } from "./entry.ts";

const block = 4096;
/** Shorter stretches of zeros are stored: naming them in a tar costs about as much as they do. */
const smallestHole = 65_536;
const zeros = Buffer.alloc(block);

/** Finds the holes of a file from its bytes. */
export interface HoleFinder {
  /** Takes the next bytes; every chunk but the last must be a multiple of 4096 bytes. */
  push(chunk: Uint8Array): void;
  /** The runs of data, or undefined when there is no hole. */
  finish(): readonly DataRun[] | undefined;
}

/**
 * A hole is 64 KiB or more of zeros in aligned blocks, whether the host's file system stores them or not. So a
 * layer depends on what a file contains alone: the same file, copied or freshly cloned, gives the same bytes.
 */
export function createHoleFinder(): HoleFinder {
  const runs: DataRun[] = [];
  let position = 0;
  let runStart = 0;
  let zeroStart = -1;
  const closeRun = (end: number) => {
    if (end > runStart) runs.push([runStart, end - runStart]);
  };
  const endZeros = (at: number) => {
    if (zeroStart >= 0 && at - zeroStart >= smallestHole) {
      closeRun(zeroStart);
      runStart = at;
    }
    zeroStart = -1;
  };
  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; at += block, position += block) {
        const length = Math.min(block, chunk.length - at);
        if (!isZero(chunk, at, length)) endZeros(position);
        else if (zeroStart < 0) zeroStart = position;
        if (length < block) position -= block - length;
      }
    },
    finish() {
      endZeros(position);
      closeRun(position);
      const [only] = runs;
      return position === 0 || (only && only[1] === position) ? undefined : runs;
    },
  };
}

function isZero(chunk: Uint8Array, at: number, length: number): boolean {
  if (chunk[at] !== 0) return false;
  return zeros.compare(chunk, at, at + length, 0, length) === 0;
}
