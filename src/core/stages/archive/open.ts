import type { Host } from "../../host/host.ts";
import { readTar } from "../../tree/tarRead.ts";
import { GoodSoFar } from "../../tree/tarReadDamage.ts";
import { ByteFeed } from "../../tree/tarReadFeed.ts";
import { blockSize, looksLikeTar } from "../../tree/tarReadHeader.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import { detectCompression } from "./compression.ts";
import { readCpio } from "./cpio.ts";
import { cpioDialect } from "./cpioHeader.ts";
import { decompress } from "./decompress.ts";
import { tellingBytes, unknownFormat } from "./unknownFormat.ts";

const mostArchives = 64;

/**
 * The members of a tar or cpio, plain or compressed; what it is is told by its bytes, not by its name. Several
 * cpios one after another, each compressed or not, are read as one, as the kernel does with an initramfs.
 * @throws Failure `archive-unknown`, `archive-damaged`, `tool-missing`.
 */
export async function* openArchive(
  source: AsyncIterable<Uint8Array>,
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<TarMember, void, void> {
  const feed = new ByteFeed(source, signal);
  const good = new GoodSoFar();
  try {
    let more = true;
    for (let count = 0; more; count++) {
      if (count === mostArchives) throw unknownFormat(await feed.peek(tellingBytes), count);
      more = yield* nextArchive(feed, host, signal, count, good);
    }
  } catch (error) {
    throw good.explain(error);
  } finally {
    await feed.close();
  }
}

/** Reads one archive; true when bytes of another one follow. */
async function* nextArchive(
  feed: ByteFeed,
  host: Host,
  signal: AbortSignal,
  count: number,
  good: GoodSoFar,
): AsyncGenerator<TarMember, boolean, void> {
  const start = await feed.peek(blockSize);
  const compression = looksLikeTar(start) ? undefined : detectCompression(start);
  if (!compression) return yield* plainArchive(feed, signal, count, good);
  const inner = new ByteFeed(decompress(feed.rest(), compression, host, signal), signal);
  try {
    let more = true;
    for (let inside = count; more; inside++) more = yield* plainArchive(inner, signal, inside, good);
  } finally {
    await inner.close();
  }
  return false;
}

async function* plainArchive(
  feed: ByteFeed,
  signal: AbortSignal,
  count: number,
  good: GoodSoFar,
): AsyncGenerator<TarMember, boolean, void> {
  const start = await feed.peek(blockSize);
  if (cpioDialect(start)) {
    yield* readCpio(feed, good);
    return feed.skipZeros();
  }
  if (count > 0 || !looksLikeTar(start)) throw unknownFormat(await feed.peek(tellingBytes), count);
  if (start.every(byte => byte === 0)) {
    // A tar without entries is zeros to its end; many images begin with zeros as well.
    const beginning = await feed.peek(tellingBytes);
    if (await feed.skipZeros()) throw unknownFormat(beginning, count);
    return false;
  }
  yield* readTar(feed.rest(), signal);
  return false;
}
