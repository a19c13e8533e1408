import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { explainDiskFull } from "../../build/diskFull.ts";
import { Failure } from "../../failure.ts";
import { Damage } from "../../tree/tarReadDamage.ts";
import { ByteFeed } from "../../tree/tarReadFeed.ts";
import { blockSize, looksLikeTar } from "../../tree/tarReadHeader.ts";
import { detectCompression } from "../archive/compression.ts";
import { decompress } from "../archive/decompress.ts";
import type { StageContext } from "../stage.ts";
import { type BlobPlace, blobBytes, blobDigest, type LayerBlobs } from "./blobPlace.ts";
import type { LayerFacts } from "./imageFacts.ts";

/**
 * Writes a layer's uncompressed tar to the new file `into`; its sha256 is then the layer's diffId.
 * @param onBytes told of each piece of the compressed blob that was read
 * @throws Failure `oci-damaged` when it is another, `disk-full`.
 */
export async function unpackLayer(
  layer: LayerFacts,
  blobs: LayerBlobs,
  into: string,
  context: StageContext,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const place = await blobs.place(layer);
  const found = await writeTar(place, into, context, onBytes);
  if (found === layer.diffId) return;
  // The blob is only read once more to tell whose fault it is.
  if ((await blobDigest(place, context.signal)) === layer.digest) throw otherTar(layer, found);
  if (!blobs.renew) throw damagedBlob(layer, place);
  await blobs.renew(layer);
  const again = await writeTar(await blobs.place(layer), into, context, () => undefined);
  if (again !== layer.diffId) throw otherTar(layer, again);
}

/** @returns the tar's digest, or a text in its place when the blob cannot be decompressed. */
async function writeTar(
  place: BlobPlace,
  into: string,
  { host, signal }: StageContext,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const counted = async function* () {
    for await (const piece of blobBytes(place, signal)) {
      onBytes(piece.length);
      yield piece;
    }
  };
  const feed = new ByteFeed(counted(), signal);
  const hash = createHash("sha256");
  const hashed = async function* () {
    const start = await feed.peek(blockSize);
    const compression = looksLikeTar(start) ? undefined : detectCompression(start);
    for await (const piece of compression
      ? decompress(feed.rest(), compression, host, signal)
      : feed.rest()) {
      hash.update(piece);
      yield piece;
    }
  };
  try {
    await pipeline(Readable.from(hashed(), { objectMode: false }), createWriteStream(into), { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Damage) return error.message;
    throw explainDiskFull(error, [into]);
  } finally {
    await feed.close();
  }
  return `sha256:${hash.digest("hex")}`;
}

function otherTar(layer: LayerFacts, found: string): Failure {
  const message =
    `The layer ${layer.digest} is not the one that the image's configuration speaks of: ` +
    `unpacked it is ${found} instead of ${layer.diffId}.`;
  return new Failure("oci-damaged", message, { advice: "The image was made wrong. Make or push it anew." });
}

function damagedBlob(layer: LayerFacts, place: BlobPlace): Failure {
  return new Failure("oci-damaged", `The layer ${layer.digest} in ${place.path} is damaged.`, {
    advice: "Save the image anew.",
  });
}
