import { type BlobReader, openBlob } from "../tree/blobReader.ts";
import { fileRuns, type TreeFile } from "../tree/readFile.ts";

const zeros = Buffer.alloc(64 * 1024);

/** The tars of a tree's layers, each opened once, for outputs that read thousands of files. */
export interface LayerBlobs {
  /** The file's bytes, holes as zeros. */
  whole(file: TreeFile): AsyncGenerator<Uint8Array>;
  /** `length` stored bytes of the file, from `position` in what is stored (holes do not count). */
  stored(file: TreeFile, position: number, length: number): AsyncIterable<Buffer>;
  close(): void;
}

/** Opens nothing yet; reading fails with Failure `layer-damaged` when a layer's tar is missing or cut short. */
export function openLayerBlobs(): LayerBlobs {
  const open = new Map<string, BlobReader>();
  const blobOf = (file: TreeFile): BlobReader => {
    const path = file.layer.blob;
    const blob = open.get(path) ?? openBlob(path);
    open.set(path, blob);
    return blob;
  };
  return {
    async *whole(file) {
      let position = 0;
      let stored = file.offset;
      for (const [offset, length] of fileRuns(file)) {
        yield* zeroBytes(offset - position);
        yield* blobOf(file).chunks(stored, length);
        stored += length;
        position = offset + length;
      }
      yield* zeroBytes(file.size - position);
    },
    stored: (file, position, length) => blobOf(file).chunks(file.offset + position, length),
    close() {
      for (const blob of open.values()) blob.close();
      open.clear();
    },
  };
}

/** Names the file that an entry is a name of: the same for all its hard links, unlike any other file's. */
export function fileIdentity(file: TreeFile): string {
  // Each file of a tar has its own header before its bytes, so no two begin at the same place, not even empty ones.
  return `${file.layer.digest}:${file.offset}`;
}

function* zeroBytes(length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
}
