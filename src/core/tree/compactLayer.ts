import { rm } from "node:fs/promises";
import { type BlobReader, openBlob } from "./blobReader.ts";
import type { Entry } from "./entry.ts";
import type { Layer } from "./layer.ts";
import type { LayerBuilder } from "./layerBuilder.ts";
import { storedBytes } from "./tarHeader.ts";

/**
 * Writes a layer anew without the entries that later ones replaced: an OCI layer must not name a path twice.
 * Removes the old tar.
 * @param live what remains, in the order it was added
 */
export async function compactLayer(
  old: Layer,
  live: readonly Entry[],
  builder: LayerBuilder,
  signal: AbortSignal,
): Promise<Layer> {
  const blob = openBlob(old.blob);
  try {
    for (const path of old.index.whiteouts) builder.whiteout(path);
    for (const path of old.index.opaque) builder.opaque(path);
    await copyEntries(live, blob, builder);
    const layer = await builder.finish(signal);
    await rm(old.blob);
    return layer;
  } catch (error) {
    await builder.discard();
    throw error;
  } finally {
    blob.close();
  }
}

async function copyEntries(live: readonly Entry[], blob: BlobReader, builder: LayerBuilder): Promise<void> {
  // Names of one file share its place. The first that is left carries the bytes now.
  const carriers = new Map<number, string>();
  for (const entry of live) {
    if (entry.type !== "file") {
      await builder.add(entry);
      continue;
    }
    const carrier = carriers.get(entry.offset);
    if (carrier !== undefined) {
      await builder.add(entry, { hardLink: carrier });
      continue;
    }
    carriers.set(entry.offset, entry.path);
    const stream = blob.chunks(entry.offset, storedBytes({ ...entry, hardLink: undefined }));
    await builder.add(entry, { stream, size: entry.size, runs: entry.runs });
  }
}
