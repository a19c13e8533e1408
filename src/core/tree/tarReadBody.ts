import { Damage, type GoodSoFar } from "./tarReadDamage.ts";
import type { ByteFeed } from "./tarReadFeed.ts";

/** The bytes of one archive member: read once, in order, while its reader stands at it. */
export class MemberBody implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array, undefined> {
  readonly #feed: ByteFeed;
  readonly #good: GoodSoFar;
  readonly #padding: number;
  readonly #checksum: number | undefined;
  #left: number;
  #sum = 0;
  #stale = false;

  /**
   * @param padding bytes between the last byte of the body and the next header.
   * @param checksum what all bytes add up to, modulo 2^32, where the format says so.
   */
  constructor(feed: ByteFeed, good: GoodSoFar, size: number, padding: number, checksum?: number) {
    this.#feed = feed;
    this.#good = good;
    this.#left = size;
    this.#padding = padding;
    this.#checksum = checksum;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#stale) throw new Error("An archive member's content was read after the reader had moved on.");
    if (this.#left === 0) return { done: true, value: undefined };
    try {
      const value = await this.#feed.some(this.#left);
      this.#left -= value.length;
      if (this.#checksum !== undefined) this.#check(value, this.#checksum);
      return { done: false, value };
    } catch (error) {
      throw this.#good.explain(error);
    }
  }

  /** Ends the reading; returns how many bytes must be passed over to come to the next header. */
  leave(): number {
    this.#stale = true;
    return this.#left + this.#padding;
  }

  #check(bytes: Uint8Array, checksum: number): void {
    for (const byte of bytes) this.#sum = (this.#sum + byte) >>> 0;
    if (this.#left === 0 && this.#sum !== checksum) throw new Damage("the checksum of an entry is wrong");
  }
}
