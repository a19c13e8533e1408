import { closeSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { Failure } from "../failure.ts";

const readAt = promisify(read);
const chunkBytes = 1024 * 1024;
// Below this, asking the thread pool costs more than the read itself.
const syncBytes = 128 * 1024;

/** A layer's tar, open for reading. */
export interface BlobReader {
  /** The bytes from `position`, in chunks of at most 1 MiB that the caller may keep. */
  chunks(position: number, length: number): AsyncIterable<Buffer>;
  close(): void;
}

/**
 * Opens a layer's tar.
 * @throws Failure `layer-damaged` when it is missing or, while reading, shorter than asked for.
 */
export function openBlob(path: string): BlobReader {
  const fd = openLayer(path);
  return {
    async *chunks(position, length) {
      for (let done = 0; done < length; ) {
        const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, length - done));
        for (let got = 0; got < chunk.length; ) {
          const rest = chunk.length - got;
          const at = position + done + got;
          const more =
            length <= syncBytes
              ? readSync(fd, chunk, got, rest, at)
              : (await readAt(fd, chunk, got, rest, at)).bytesRead;
          if (more === 0) throw damaged(path, "it is shorter than its index says");
          got += more;
        }
        yield chunk;
        done += chunk.length;
      }
    },
    close: () => closeSync(fd),
  };
}

function openLayer(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(path: string, why: string, cause?: unknown): Failure {
  return new Failure("layer-damaged", `The layer ${path} cannot be read: ${why}.`, {
    advice: "Empty the cache with `whittle cache clear`, then build again.",
    cause,
  });
}
