import { open } from "node:fs/promises";

/** The bytes of an image as a machine sees them. */
export interface ImageBytes {
  readonly size: number;
  /** Fewer bytes than asked for at the end of the image. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** A file that is its own content: a raw disk, an ISO, an EFI program. Of a block device the end is not known. */
export async function openPlainBytes(path: string): Promise<ImageBytes> {
  const file = await open(path, "r");
  const found = await file.stat();
  const size = found.isBlockDevice() ? Number.MAX_SAFE_INTEGER : found.size;
  return {
    size,
    async read(position, length) {
      const wanted = Math.max(0, Math.min(length, size - position));
      const buffer = Buffer.alloc(wanted);
      let done = 0;
      while (done < wanted) {
        const { bytesRead } = await file.read(buffer, done, wanted - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    },
    close: () => file.close(),
  };
}

/** A stretch of an image, counted from its own start. */
export function stretchOf(bytes: ImageBytes, start: number, length: number): ImageBytes {
  const size = Math.max(0, Math.min(length, bytes.size - start));
  return {
    size,
    read: (position, wanted) => bytes.read(start + position, Math.max(0, Math.min(wanted, size - position))),
    close: async () => {},
  };
}
