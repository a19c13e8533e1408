import type { ImageBytes } from "../../../src/core/image/imageBytes.ts";

export interface CountedImage extends ImageBytes {
  /** Bytes that were read, each as often as it was. */
  readonly taken: () => number;
}

/** An image in memory. */
export function imageOf(buffer: Buffer): CountedImage {
  let taken = 0;
  return {
    size: buffer.length,
    taken: () => taken,
    read: async (position, length) => {
      const bytes = buffer.subarray(position, position + length);
      taken += bytes.length;
      return bytes;
    },
    close: async () => {},
  };
}
