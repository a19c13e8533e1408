import { createWriteStream } from "node:fs";
import { open, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../../failure.ts";
import type { FileEntry } from "../../tree/entry.ts";
import { indexTar } from "../../tree/indexTar.ts";
import { Damage } from "../../tree/tarReadDamage.ts";
import { blockSize, looksLikeTar } from "../../tree/tarReadHeader.ts";
import { detectCompression } from "../archive/compression.ts";
import { decompress } from "../archive/decompress.ts";
import type { StageContext } from "../stage.ts";
import { blobBytes } from "./blobPlace.ts";
import { unpackDockerArchive } from "./dockerArchive.ts";
import type { LocalImage } from "./imageName.ts";
import { type Layout, layoutFolder, openLayout } from "./layout.ts";

/** An OCI layout on this machine and the image in it that is meant. */
export interface OpenImage {
  readonly layout: Layout;
  readonly image: LocalImage;
}

/**
 * Opens an image on this machine: a folder with an OCI layout, or a tar with one, or a tar as `docker save` makes it,
 * plain or compressed. Which it is is told by what is inside.
 * @throws Failure `oci-unreadable`, `oci-which`, those of skopeo.
 */
export async function openLocal(image: LocalImage, context: StageContext): Promise<OpenImage> {
  const found = await stat(image.path).catch((cause: unknown) => {
    throw unreadable(image, cause instanceof Error ? cause.message : String(cause));
  });
  if (found.isDirectory()) {
    await stat(join(image.path, "index.json")).catch(() => {
      throw unreadable(image, "the folder holds no index.json, so it is no OCI layout");
    });
    return { layout: layoutFolder(image.path), image };
  }
  if (!found.isFile()) throw unreadable(image, "it is neither a folder nor a file");
  const tar = await plainTar(image, found.size, context);
  const files = await filesIn(tar, image, context);
  if (files.has("index.json")) return { layout: layoutTar(tar, image, files), image };
  if (!files.has("manifest.json"))
    throw unreadable(image, "it holds neither an index.json (OCI) nor a manifest.json (docker save)");
  return unpackDockerArchive(tar, image, context);
}

function layoutTar(tar: string, image: LocalImage, files: ReadonlyMap<string, FileEntry>): Layout {
  return openLayout(image.path, async name => {
    const file = files.get(name);
    return file && !file.runs ? { path: tar, start: file.offset, length: file.size } : undefined;
  });
}

async function filesIn(
  tar: string,
  image: LocalImage,
  { signal }: StageContext,
): Promise<ReadonlyMap<string, FileEntry>> {
  try {
    const { entries } = (await indexTar(tar, signal)).index;
    return new Map(entries.flatMap(entry => (entry.type === "file" ? [[entry.path, entry]] : [])));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw unreadable(image, `it is no tar, or a damaged one. ${error.message}`);
  }
}

/** Path of the image's tar without compression. */
async function plainTar(image: LocalImage, length: number, context: StageContext): Promise<string> {
  const { host, signal } = context;
  const start = Buffer.alloc(blockSize);
  const file = await open(image.path, "r");
  const { bytesRead } = await file.read(start, 0, blockSize, 0).finally(() => file.close());
  const compression = looksLikeTar(start) ? undefined : detectCompression(start.subarray(0, bytesRead));
  const folder = await context.scratch();
  const path = join(folder, "image.tar");
  if (!compression) {
    // skopeo takes no path with a colon in it.
    await symlink(image.path, path);
    return path;
  }
  const bytes = blobBytes({ path: image.path, start: 0, length }, signal);
  try {
    const plain = Readable.from(decompress(bytes, compression, host, signal), { objectMode: false });
    await pipeline(plain, createWriteStream(path), { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Damage ? unreadable(image, error.message) : error;
  }
  return path;
}

function unreadable({ path }: LocalImage, why: string): Failure {
  return new Failure("oci-unreadable", `No image can be read from ${path}: ${why}.`, {
    advice: "Name an OCI layout (a folder or a tar), or a tar made by `docker save` or `podman save`.",
  });
}
