import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type BlobReader, openBlob } from "./blobReader.ts";
import type { Layer } from "./layer.ts";
import { encodeTarHeader, paddingOf, storedBytes, tarBlock, tarEnd } from "./tarHeader.ts";
import type { Tree, TreeEntry } from "./tree.ts";

export interface TreeTarOptions {
  /** No entry's mtime is later than this (seconds since 1970). Default: times stay as they are. */
  readonly clock?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with how many entries were written. */
  readonly onProgress?: ((entries: number) => void) | undefined;
}

const chunkBytes = 256 * 1024;
const padding = Buffer.alloc(tarBlock);

/**
 * The tree as one pax tar, sorted by path; ends the sink.
 * @throws Failure `layer-damaged`; the sink's own error.
 */
export async function writeTreeTar(tree: Tree, sink: Writable, options: TreeTarOptions = {}): Promise<void> {
  await pipeline(treeTar(tree, options), sink, options.signal ? { signal: options.signal } : {});
}

/** The same as a stream, for a tool's standard input. */
export function treeTar(tree: Pick<Tree, "entries">, options: TreeTarOptions = {}): Readable {
  return Readable.from(joined(parts(tree, options)), { objectMode: false });
}

async function* parts(tree: Pick<Tree, "entries">, options: TreeTarOptions): AsyncGenerator<Uint8Array> {
  const blobs = new Map<Layer, BlobReader>();
  let written = 0;
  try {
    for (const entry of tree.entries) {
      yield encodeTarHeader(dated(entry, options.clock));
      const length = storedBytes(entry);
      if (entry.type === "file" && length > 0) {
        const blob = blobs.get(entry.layer) ?? openBlob(entry.layer.blob);
        blobs.set(entry.layer, blob);
        yield* blob.chunks(entry.offset, length);
        yield padding.subarray(0, paddingOf(length));
      }
      if (++written % 1000 === 0) {
        options.signal?.throwIfAborted();
        options.onProgress?.(written);
      }
    }
    options.onProgress?.(written);
    yield tarEnd;
  } finally {
    for (const blob of blobs.values()) blob.close();
  }
}

function dated(entry: TreeEntry, clock: number | undefined): TreeEntry {
  return clock !== undefined && entry.mtime > clock ? { ...entry, mtime: clock } : entry;
}

/** Small pieces joined to larger ones: a stream costs far more per piece than per byte. */
async function* joined(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < chunkBytes) continue;
    yield Buffer.concat(waiting, length);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
