import type { Host } from "../../host/host.ts";
import { readTar } from "../../tree/tarRead.ts";
import { GoodSoFar } from "../../tree/tarReadDamage.ts";
import { ByteFeed } from "../../tree/tarReadFeed.ts";
import { blockSize, looksLikeTar } from "../../tree/tarReadHeader.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import { detectCompression } from "./compression.ts";
import { readCpio } from "./cpio.ts";
import { cpioDialect } from "./cpioHeader.ts";
import { decompressMembers, endsItself } from "./decompress.ts";
import { type ArchiveFile, readImage, spool } from "./image.ts";
import { imageFormat } from "./imageFormat.ts";
import { tellingBytes, unknownFormat } from "./unknownFormat.ts";

const mostArchives = 64;

/** What all parts of one file are read with. */
interface Reading {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly good: GoodSoFar;
  readonly file: ArchiveFile | undefined;
}

/**
 * The members of a tar or cpio, plain or compressed; what it is is told by its bytes, not by its name. Several
 * cpios one after another, each compressed or not, are read as one, as the kernel does with an initramfs.
 * @param file where the source's bytes lie; with it, ISO 9660, zip and squashfs are read as well.
 * @throws Failure `archive-unknown`, `archive-damaged`, `tool-missing`.
 */
export async function* openArchive(
  source: AsyncIterable<Uint8Array>,
  host: Host,
  signal: AbortSignal,
  file?: ArchiveFile,
): AsyncGenerator<TarMember, void, void> {
  const feed = new ByteFeed(source, signal);
  const good = new GoodSoFar();
  const reading = { host, signal, good, file };
  try {
    const format = file && imageFormat(await feed.peek(tellingBytes));
    if (format) return yield* readImage(format, file.path, host, signal);
    let more = true;
    for (let count = 0; more; count++) {
      if (count === mostArchives) throw unknownFormat(await feed.peek(tellingBytes), count);
      more = yield* nextArchive(feed, reading, count);
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
  reading: Reading,
  count: number,
): AsyncGenerator<TarMember, boolean, void> {
  const { host, signal, file } = reading;
  const start = await feed.peek(blockSize);
  const compression = looksLikeTar(start) ? undefined : detectCompression(start);
  if (!compression) return yield* plainArchive(feed, reading, count);
  const inner = new ByteFeed(decompressMembers(feed, compression, host, signal), signal);
  try {
    const format = file && count === 0 ? imageFormat(await inner.peek(tellingBytes)) : undefined;
    if (file && format) {
      yield* readImage(format, await spool(inner.rest(), file, signal), host, signal);
      return false;
    }
    let more = true;
    for (let inside = count; more; inside++) more = yield* plainArchive(inner, reading, inside);
  } finally {
    await inner.close();
  }
  return endsItself(compression) && (await feed.skipZeros());
}

async function* plainArchive(
  feed: ByteFeed,
  { signal, good }: Reading,
  count: number,
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
