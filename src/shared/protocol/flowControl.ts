/** More bytes than this on the way: the source pauses. */
export const highWatermark = 100_000;
/** Fewer bytes than this on the way: the source resumes. */
export const lowWatermark = 5_000;
/** Receivers acknowledge at least this often; not above the low watermark, or a source might never resume. */
export const acknowledgeEvery = 5_000;

export interface FlowControlOptions {
  /** Bytes; defaults above. */
  readonly high?: number | undefined;
  readonly low?: number | undefined;
  pause(): void;
  resume(): void;
}

/**
 * Counts the bytes that were sent and not acknowledged yet, and pauses the source while there are too many. One at
 * each sending end: the host's for output, the webview's for input.
 */
export class FlowControl {
  readonly #options: FlowControlOptions;
  readonly #high: number;
  readonly #low: number;
  #unacknowledged = 0;
  #paused = false;

  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.#high = options.high ?? highWatermark;
    this.#low = options.low ?? lowWatermark;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Bytes on the way. */
  get unacknowledged(): number {
    return this.#unacknowledged;
  }

  sent(count: number): void {
    this.#unacknowledged += count;
    if (this.#paused || this.#unacknowledged <= this.#high) return;
    this.#paused = true;
    this.#options.pause();
  }

  acknowledged(count: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - count);
    if (this.#unacknowledged < this.#low) this.#unpause();
  }

  /** The receiver is a new one (or gone): nothing is on the way any more. */
  reset(): void {
    this.#unacknowledged = 0;
    this.#unpause();
  }

  #unpause(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#options.resume();
  }
}

/** The receiving end: gathers what was consumed and acknowledges it in few messages. */
export class Acknowledgements {
  readonly #send: (count: number) => void;
  #count = 0;

  constructor(send: (count: number) => void) {
    this.#send = send;
  }

  /** `idle`: nothing more is waiting to be consumed, so the rest is acknowledged at once. */
  consumed(count: number, idle: boolean): void {
    this.#count += count;
    if (this.#count >= acknowledgeEvery || (idle && this.#count > 0)) this.flush();
  }

  flush(): void {
    const count = this.#count;
    this.#count = 0;
    if (count > 0) this.#send(count);
  }
}
