import { sectorBytes, stripeBytes, superCopies } from "./format.ts";

// As the kernel limits them.
const mostExtent = 128 * 2 ** 20;

/** Hands out the bytes of a device from a place on, leaving out the copies of the superblock. */
export interface Space {
  /** The first byte that was not yet looked at. */
  readonly at: number;
  /** Up to `wanted` bytes that lie together, rounded up to whole sectors. */
  take(wanted: number): { readonly at: number; readonly length: number };
  /** Exactly so many bytes that lie together. */
  takeWhole(bytes: number): number;
  /** Goes on at a multiple of so many bytes. */
  align(bytes: number): void;
}

/** @param border what is handed out crosses no multiple of so many bytes from `start` on */
export function openSpace(start: number, border: number): Space {
  let at = start;
  const end = (): number => {
    const copy = superCopies.find(each => at < each + stripeBytes) ?? Number.POSITIVE_INFINITY;
    if (at >= copy) at = copy + stripeBytes;
    const next = superCopies.find(each => at <= each) ?? Number.POSITIVE_INFINITY;
    return Math.min(next, start + (Math.floor((at - start) / border) + 1) * border);
  };
  return {
    get at() {
      return at;
    },
    take(wanted) {
      const limit = end();
      const length = Math.min(Math.ceil(wanted / sectorBytes) * sectorBytes, mostExtent, limit - at);
      const piece = { at, length };
      at += length;
      return piece;
    },
    takeWhole(bytes) {
      for (;;) {
        const limit = end();
        if (limit - at >= bytes) {
          const found = at;
          at += bytes;
          return found;
        }
        at = limit;
      }
    },
    align(bytes) {
      at = Math.ceil(at / bytes) * bytes;
    },
  };
}
