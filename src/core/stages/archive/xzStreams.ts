import type { ByteFeed } from "../../tree/tarReadFeed.ts";
import { passBytes } from "./passBytes.ts";

const mark = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
/** Bytes of a block's check, by its number in the stream's header. */
const checkBytes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;
const longestPadding = 64 * 1024;

/**
 * The bytes of the xz streams that come next, still compressed; what follows the last one stays in the feed. Damage
 * inside is left for xz to find.
 * Source: The .xz File Format 1.2.1; the chunks of LZMA2 as in Linux, lib/xz/xz_dec_lzma2.c.
 */
export async function* xzStreams(feed: ByteFeed): AsyncGenerator<Buffer> {
  do {
    yield* oneStream(feed);
    yield* padding(feed);
  } while ((await feed.peek(mark.length)).equals(mark));
}

/** Zeros between streams, where another stream follows them; before anything else they stay. */
async function* padding(feed: ByteFeed): AsyncGenerator<Buffer> {
  const seen = await feed.peek(longestPadding);
  const zeros = seen.findIndex(byte => byte !== 0);
  if (zeros > 0 && zeros % 4 === 0 && seen.subarray(zeros, zeros + mark.length).equals(mark)) {
    yield* passBytes(feed, zeros);
  }
}

async function* oneStream(feed: ByteFeed): AsyncGenerator<Buffer> {
  const header = await feed.peek(12);
  const check = checkBytes[(header[7] ?? 0) & 15] ?? 0;
  yield* passBytes(feed, 12);
  for (;;) {
    const size = (await feed.peek(1))[0];
    if (size === undefined) return;
    if (size === 0) break;
    yield* passBytes(feed, (size + 1) * 4);
    yield* oneBlock(feed, check);
  }
  yield* index(feed);
  yield* passBytes(feed, 12);
}

async function* oneBlock(feed: ByteFeed, check: number): AsyncGenerator<Buffer> {
  let length = 0;
  for (;;) {
    const chunk = await feed.peek(6);
    const control = chunk[0];
    if (control === undefined) return;
    const bytes = chunk.length < 6 ? Math.min(chunk.length, 1) : chunkBytes(chunk, control);
    yield* passBytes(feed, bytes);
    length += bytes;
    if (control === 0) break;
  }
  yield* passBytes(feed, (-length & 3) + check);
}

function chunkBytes(chunk: Buffer, control: number): number {
  if (control === 0) return 1;
  if (control < 0x80) return 3 + chunk.readUInt16BE(1) + 1;
  return (control >= 0xc0 ? 6 : 5) + chunk.readUInt16BE(3) + 1;
}

/** The list of blocks: two numbers for each, their count first. */
async function* index(feed: ByteFeed): AsyncGenerator<Buffer> {
  let length = 1;
  let numbers = 1;
  let isFirst = true;
  yield* passBytes(feed, 1);
  while (numbers > 0) {
    let value = 0;
    let digits = 0;
    for (let isOver = false; !isOver; digits++) {
      const byte = (await feed.peek(digits + 1))[digits];
      if (byte === undefined) return yield* passBytes(feed, digits);
      value += (byte & 0x7f) * 2 ** (7 * digits);
      isOver = byte < 0x80 || digits === 8;
    }
    yield* passBytes(feed, digits);
    length += digits;
    numbers -= 1;
    if (isFirst) numbers = value * 2;
    isFirst = false;
  }
  yield* passBytes(feed, (-length & 3) + 4);
}
