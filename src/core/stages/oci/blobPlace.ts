import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { LayerFacts } from "./imageFacts.ts";

/** Where a blob lies on this machine: a whole file, or a part of a tar. */
export interface BlobPlace {
  /** Absolute. */
  readonly path: string;
  /** Bytes before it in the file. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
}

/** What the layers of an image are read from. */
export interface LayerBlobs {
  /** @throws Failure when there is no such blob. */
  place(layer: LayerFacts): Promise<BlobPlace>;
  /** Gets a blob anew that turned out to be damaged; absent where there is nowhere to get it from. */
  renew?(layer: LayerFacts): Promise<void>;
}

const pieceBytes = 1024 * 1024;

/** The blob's bytes. */
export async function* blobBytes(
  { path, start, length }: BlobPlace,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (length === 0) return;
  const range = { start, end: start + length - 1 };
  for await (const piece of createReadStream(path, { ...range, highWaterMark: pieceBytes, signal }))
    yield piece as Uint8Array;
}

/** `sha256:…` of the blob. */
export async function blobDigest(place: BlobPlace, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of blobBytes(place, signal)) hash.update(piece);
  return `sha256:${hash.digest("hex")}`;
}
