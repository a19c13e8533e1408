import type { ByteFeed } from "../../tree/tarReadFeed.ts";
import { passBytes } from "./passBytes.ts";

const frameMark = 0xfd2fb528;
const rleBlock = 1;

/**
 * The bytes of the zstd frames that come next, one directly after another, still compressed; what follows the last
 * one stays in the feed. Damage inside is left for zstd to find.
 * Source: RFC 8878, section 3.1.
 */
export async function* zstdFrames(feed: ByteFeed): AsyncGenerator<Buffer> {
  for (;;) {
    const start = await feed.peek(8);
    if (start.length < 8) return;
    const mark = start.readUInt32LE();
    if (isSkippable(mark)) yield* passBytes(feed, 8 + start.readUInt32LE(4));
    else if (mark === frameMark) yield* oneFrame(feed, start[4] ?? 0);
    else return;
  }
}

function isSkippable(mark: number): boolean {
  return mark >>> 4 === 0x184d2a5;
}

async function* oneFrame(feed: ByteFeed, descriptor: number): AsyncGenerator<Buffer> {
  const isSingle = (descriptor & 0x20) !== 0;
  const window = isSingle ? 0 : 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  yield* passBytes(feed, 5 + window + dictionary + contentSize);
  for (let isLast = false; !isLast; ) {
    const header = await feed.peek(3);
    if (header.length < 3) return yield* passBytes(feed, header.length);
    const block = header.readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const size = ((block >> 1) & 3) === rleBlock ? 1 : block >> 3;
    yield* passBytes(feed, 3 + size);
  }
  if (descriptor & 4) yield* passBytes(feed, 4);
}
