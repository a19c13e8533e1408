import { Readable } from "node:stream";
import { type BlobReader, openBlob } from "./blobReader.ts";
import type { DataRun, FileEntry } from "./entry.ts";
import type { TreeEntry } from "./tree.ts";

/** A regular file of a tree. */
export type TreeFile = Extract<TreeEntry, { type: "file" }>;

const zeroChunk = Buffer.alloc(64 * 1024);

/** The runs of data in a file, as [offset in the file, length] in bytes; one run for a file without holes. */
export function fileRuns(file: FileEntry): readonly DataRun[] {
  return file.runs ?? (file.size > 0 ? [[0, file.size]] : []);
}

/**
 * The file's bytes as a stream, holes as zeros.
 * The stream fails with Failure `layer-damaged` when the layer's tar is missing or cut short.
 */
export function openTreeFile(file: TreeFile): Readable {
  return Readable.from(wholeFile(file), { objectMode: false });
}

/** The file's bytes at once, holes as zeros; for files that fit into memory. */
export async function readTreeFile(file: TreeFile): Promise<Buffer> {
  const bytes = Buffer.alloc(file.size);
  const blob = openBlob(file.layer.blob);
  try {
    let stored = file.offset;
    for (const [offset, length] of fileRuns(file)) {
      let at = offset;
      for await (const chunk of blob.chunks(stored, length)) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      stored += length;
    }
    return bytes;
  } finally {
    blob.close();
  }
}

async function* wholeFile(file: TreeFile): AsyncGenerator<Buffer> {
  const blob = openBlob(file.layer.blob);
  try {
    yield* expandRuns(file, blob);
  } finally {
    blob.close();
  }
}

async function* expandRuns(file: TreeFile, blob: BlobReader): AsyncGenerator<Buffer> {
  let position = 0;
  let stored = file.offset;
  for (const [offset, length] of fileRuns(file)) {
    yield* hole(offset - position);
    yield* blob.chunks(stored, length);
    stored += length;
    position = offset + length;
  }
  yield* hole(file.size - position);
}

function* hole(length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= zeroChunk.length) yield zeroChunk.subarray(0, left);
}
