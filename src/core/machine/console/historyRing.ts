/** How much of what a machine said stays in memory. */
export const historyBytes = 4 * 1024 * 1024;

const firstSize = 64 * 1024;

/** The latest bytes of a stream, up to a fixed count; older ones are dropped and counted. */
export class HistoryRing {
  readonly #capacity: number;
  #buffer: Buffer;
  #start = 0;
  #length = 0;
  #dropped: number;

  /**
   * @param capacity bytes; memory is taken as they come
   * @param dropped bytes that came before and are not here
   */
  constructor(capacity: number, dropped = 0) {
    this.#capacity = capacity;
    this.#dropped = dropped;
    this.#buffer = Buffer.alloc(Math.min(capacity, firstSize));
  }

  /** Bytes that came before those of read(). */
  get dropped(): number {
    return this.#dropped;
  }

  push(bytes: Uint8Array): void {
    const surplus = Math.max(0, bytes.length - this.#capacity);
    const kept = surplus > 0 ? bytes.subarray(surplus) : bytes;
    this.#grow(Math.min(this.#capacity, this.#length + kept.length));
    const size = this.#buffer.length;
    const overwritten = Math.max(0, this.#length + kept.length - size);
    this.#start = (this.#start + overwritten) % size;
    this.#length -= overwritten;
    const end = (this.#start + this.#length) % size;
    const head = kept.subarray(0, size - end);
    this.#buffer.set(head, end);
    this.#buffer.set(kept.subarray(head.length), 0);
    this.#length += kept.length;
    this.#dropped += surplus + overwritten;
  }

  /** A copy of the last `count` bytes (default: all that are kept), oldest first. */
  read(count = this.#length): Uint8Array {
    const length = Math.min(count, this.#length);
    const size = this.#buffer.length;
    const start = (this.#start + this.#length - length) % size;
    const end = start + length;
    if (end <= size) return Uint8Array.from(this.#buffer.subarray(start, end));
    return new Uint8Array(
      Buffer.concat([this.#buffer.subarray(start), this.#buffer.subarray(0, end - size)]),
    );
  }

  #grow(needed: number): void {
    if (needed <= this.#buffer.length) return;
    let size = this.#buffer.length;
    while (size < needed) size *= 2;
    const bytes = this.read();
    this.#buffer = Buffer.alloc(Math.min(size, this.#capacity));
    this.#buffer.set(bytes);
    this.#start = 0;
  }
}
