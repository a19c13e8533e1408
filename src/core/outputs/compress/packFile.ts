import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Host } from "../../host/host.ts";
import { compressTo } from "./compressTo.ts";
import { gzipPieces } from "./gzipPieces.ts";
import type { PackMethod } from "./packField.ts";

const chunkBytes = 2 ** 20;
const compressions = {
  xz: { method: "xz", level: 6 },
  // Worth its time here: an image is packed once and fetched often.
  zst: { method: "zstd", level: 19 },
} as const;

export interface PackOptions {
  readonly signal: AbortSignal;
  /** Called now and then with how many bytes of `total` are done. */
  onProgress(bytes: number, total: number): void;
}

/**
 * Compresses a file into the new file `to`, on all cores; the same file gives the same bytes on any number of them.
 * @returns length of `from` in bytes
 */
export async function packFile(
  host: Host,
  method: PackMethod,
  from: string,
  to: string,
  options: PackOptions,
): Promise<number> {
  const { signal } = options;
  const { size } = await stat(from);
  const onProgress = (bytes: number) => options.onProgress(bytes, size);
  if (method === "gz") {
    await pipeline(gzipPieces(host, from, size, to, { signal, onProgress }), createWriteStream(to), {
      signal,
    });
  } else {
    const content = counted(createReadStream(from, { highWaterMark: chunkBytes }), onProgress);
    await compressTo(host, compressions[method], content, to, { signal, bytes: size });
  }
  return size;
}

async function* counted(
  content: AsyncIterable<Buffer>,
  onProgress: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of content) {
    yield chunk;
    bytes += chunk.length;
    onProgress(bytes);
  }
}
