import type { ByteFeed } from "../../tree/tarReadFeed.ts";

const mostAtOnce = 256 * 1024;

/**
 * Yields the next `count` bytes of the feed. When it ends before, so does this: the program that gets them is the one
 * to say what that means.
 */
export async function* passBytes(feed: ByteFeed, count: number): AsyncGenerator<Buffer> {
  for (let left = count; left > 0; ) {
    const seen = await feed.peek(Math.min(left, mostAtOnce));
    if (seen.length === 0) return;
    feed.takeNow(seen.length);
    left -= seen.length;
    yield seen;
  }
}
