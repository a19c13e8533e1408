/** Calls when nothing was heard for too long. */
export class Watchdog {
  readonly #onSilence: (seconds: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onSilence: (seconds: number) => void) {
    this.#onSilence = onSilence;
  }

  /** Starts to wait anew. */
  within(seconds: number): void {
    this.stop();
    this.#timer = setTimeout(() => this.#onSilence(seconds), seconds * 1000);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
