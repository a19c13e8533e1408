import { once } from "node:events";
import { createInflateRaw, type InflateRaw } from "node:zlib";
import { Damage } from "../../tree/tarReadDamage.ts";
import type { ByteFeed } from "../../tree/tarReadFeed.ts";
import { crc32 } from "./crc32.ts";

const chunkSize = 256 * 1024;
const flag = { headerSum: 2, extra: 4, name: 8, comment: 16 } as const;

/**
 * The contents of the gzip members that come next, one directly after another. What follows the last one stays in
 * the feed; Node's own gunzip would take it for damage.
 * @throws Damage.
 */
export async function* gunzip(feed: ByteFeed, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  do {
    await passHeader(feed);
    yield* oneMember(feed, signal);
  } while ((await feed.peek(2)).equals(Buffer.from([0x1f, 0x8b])));
}

async function passHeader(feed: ByteFeed): Promise<void> {
  const header = await feed.take(10);
  if (header?.[2] !== 8) throw new Damage("gzip says: unknown compression method");
  const flags = header[3] ?? 0;
  if (flags & flag.extra) await feed.skip((await feed.take(2))?.readUInt16LE() ?? 0);
  for (const text of [flag.name, flag.comment]) {
    if (!(flags & text)) continue;
    while ((await feed.some(1))[0] !== 0);
  }
  if (flags & flag.headerSum) await feed.skip(2);
}

async function* oneMember(feed: ByteFeed, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize });
  const pouring = pour(feed, inflate);
  let sum = 0;
  let size = 0;
  try {
    for await (const piece of inflate) {
      const bytes = piece as Buffer;
      sum = crc32(bytes, sum);
      size += bytes.length;
      yield bytes;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw damageOf(error);
  } finally {
    inflate.destroy();
    await pouring;
  }
  const trailer = await feed.take(8);
  if (trailer?.readUInt32LE(0) !== sum) throw new Damage("gzip says: the checksum is wrong");
  if (trailer.readUInt32LE(4) !== size % 2 ** 32) throw new Damage("gzip says: the length is wrong");
}

/** Gives the inflater what it wants and takes just that from the feed. An error of the feed becomes the inflater's. */
async function pour(feed: ByteFeed, inflate: InflateRaw): Promise<void> {
  const closed = once(inflate, "close").catch(() => undefined);
  try {
    for (;;) {
      const seen = await feed.peek(chunkSize);
      if (inflate.destroyed) return;
      if (seen.length === 0) {
        inflate.end();
        return;
      }
      const before = inflate.bytesWritten;
      const written = new Promise<void>(resolve => inflate.write(seen, () => resolve()));
      await Promise.race([written, closed]);
      const used = inflate.bytesWritten - before;
      feed.takeNow(used);
      if (used < seen.length) return;
    }
  } catch (error) {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function damageOf(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("Z_") && error instanceof Error ? new Damage(`gzip says: ${error.message}`) : error;
}
