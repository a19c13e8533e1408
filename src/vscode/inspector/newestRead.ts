/** Reads one thing again and again: a new reading ends the one before, and whoever waits for that gets the new one. */
export class NewestRead<T> {
  readonly #read: (signal: AbortSignal) => Promise<T>;
  #turn = new AbortController();
  #newest: Promise<T> | undefined;

  constructor(read: (signal: AbortSignal) => Promise<T>) {
    this.#read = read;
  }

  /** @returns what the newest reading finds, and `overtaken()`, which tells whether that is another one */
  start(): { readonly found: Promise<T>; readonly overtaken: () => boolean } {
    this.#turn.abort();
    const turn = new AbortController();
    this.#turn = turn;
    const overtaken = (): boolean => this.#turn !== turn || turn.signal.aborted;
    const own = this.#read(turn.signal);
    const newest = (): Promise<T> => (this.#turn === turn ? own : (this.#newest ?? own));
    this.#newest = own.then(newest, newest);
    return { found: this.#newest, overtaken };
  }

  stop(): void {
    this.#turn.abort();
  }
}
