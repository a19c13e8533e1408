import { Buffer } from "node:buffer";
import { Damage } from "./tarReadDamage.ts";

const nothing = Buffer.alloc(0);

/**
 * A stream of chunks, taken in pieces of the size one wants. What is already at hand is given without
 * waiting and without copying; that is what makes archives of many small entries fast to read.
 */
export class ByteFeed {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal;
  #chunk: Buffer = nothing;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    this.#source = source[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /** Exactly `count` bytes if they are at hand. */
  takeNow(count: number): Buffer | undefined {
    if (this.#chunk.length < count) return undefined;
    const taken = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(count);
    return taken;
  }

  /** Exactly `count` bytes, or undefined when the stream ended before the first of them. @throws Damage in between. */
  async take(count: number): Promise<Buffer | undefined> {
    const seen = await this.peek(count);
    if (seen.length === 0 && count > 0) return undefined;
    if (seen.length < count) throw new Damage("it ends in the middle of an entry");
    return this.takeNow(count);
  }

  /** Up to `count` bytes, fewer only at the end; they stay in the feed. */
  async peek(count: number): Promise<Buffer> {
    if (this.#chunk.length < count) await this.#gather(count);
    return this.#chunk.subarray(0, count);
  }

  /** Between 1 and `most` bytes in one piece. @throws Damage at the end of the stream. */
  async some(most: number): Promise<Buffer> {
    if (this.#chunk.length === 0 && !(await this.#pull()))
      throw new Damage("it ends in the middle of an entry");
    const taken = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(taken.length);
    return taken;
  }

  /** Passes over `count` bytes. @throws Damage when there are fewer. */
  async skip(count: number): Promise<void> {
    let left = count;
    while (left > 0) left -= (await this.some(left)).length;
  }

  /** Passes over zero bytes; true when something else follows. */
  async skipZeros(): Promise<boolean> {
    for (;;) {
      const at = this.#chunk.findIndex(byte => byte !== 0);
      if (at >= 0) {
        this.#chunk = this.#chunk.subarray(at);
        return true;
      }
      this.#chunk = nothing;
      if (!(await this.#pull())) return false;
    }
  }

  /** Reads to the end and forgets it, so that a decompressor gets to check the last bytes too. */
  async drain(): Promise<void> {
    this.#chunk = nothing;
    while (await this.#pull()) this.#chunk = nothing;
  }

  /** All that is left, as it comes. */
  async *rest(): AsyncGenerator<Uint8Array> {
    while (this.#chunk.length > 0 || (await this.#pull())) {
      const taken = this.#chunk;
      this.#chunk = nothing;
      yield taken;
    }
  }

  /** Ends the source; safe to call twice. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#chunk = nothing;
    await this.#source.return?.();
  }

  async #gather(count: number): Promise<void> {
    const pieces = this.#chunk.length > 0 ? [this.#chunk] : [];
    let length = this.#chunk.length;
    while (length < count && (await this.#pull())) {
      pieces.push(this.#chunk);
      length += this.#chunk.length;
    }
    this.#chunk = pieces.length === 1 ? (pieces[0] ?? nothing) : Buffer.concat(pieces, length);
  }

  /** Makes the next non-empty chunk current; the one before it must have been used up or put aside. */
  async #pull(): Promise<boolean> {
    while (!this.#ended) {
      this.#signal.throwIfAborted();
      const next = await this.#source.next();
      if (next.done) {
        this.#ended = true;
      } else if (next.value.length > 0) {
        const { buffer, byteOffset, length } = next.value;
        this.#chunk = Buffer.from(buffer, byteOffset, length);
        return true;
      }
    }
    return false;
  }
}
