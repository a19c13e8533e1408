import { open } from "node:fs/promises";
import { join } from "node:path";
import { ByteFeed } from "../../../tree/tarReadFeed.ts";
import type { WorkContext } from "../../stage.ts";
import { detectCompression } from "../compression.ts";
import { decompress } from "../decompress.ts";
import { sourceBytes } from "../source.ts";
import { type DiskFormat, diskFormat, diskTellingBytes } from "./format.ts";

/** A disk image that a machine can be given. */
export interface DiskFile {
  /** Absolute. */
  readonly path: string;
  readonly format: DiskFormat;
}

const zeros = Buffer.alloc(64 * 1024);

/**
 * The disk image that a file is, or holds compressed: that one is unpacked into a scratch folder, its stretches of
 * zeros as holes.
 * @returns undefined when it is none.
 */
export async function findDiskImage(path: string, context: WorkContext): Promise<DiskFile | undefined> {
  const start = await beginning(path);
  const format = diskFormat(start);
  if (format) return { path, format };
  const compression = detectCompression(start);
  if (!compression) return undefined;
  const { host, signal } = context;
  const inner = new ByteFeed(decompress(sourceBytes(path, context), compression, host, signal), signal);
  try {
    const found = await inner.peek(diskTellingBytes).then(diskFormat, () => undefined);
    if (!found) return undefined;
    const unpacked = join(await context.scratch(), "disk");
    context.log(`Unpacking the disk image (${compression.name})`);
    await writeSparse(inner.rest(), unpacked);
    return { path: unpacked, format: found };
  } finally {
    await inner.close();
  }
}

async function beginning(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(diskTellingBytes);
    let got = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, got, buffer.length - got, got);
      got += bytesRead;
      if (bytesRead === 0 || got === buffer.length) return buffer.subarray(0, got);
    }
  } finally {
    await file.close();
  }
}

async function writeSparse(bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    let position = 0;
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + zeros.length - ((position + at) % zeros.length));
        if (!zeros.subarray(0, part.length).equals(part)) await file.writev([part], position + at);
        at += part.length;
      }
      position += chunk.length;
    }
    await file.truncate(position);
  } finally {
    await file.close();
  }
}
