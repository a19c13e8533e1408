interface Running<Result> {
  readonly edition: string;
  readonly controller: AbortController;
  readonly result: Promise<Result>;
  readonly before: Running<Result> | undefined;
}

/** Work under way, one at a time for each key: asking for the same again joins it, asking for other waits for it. */
export class RunningWork<Result> {
  readonly #running = new Map<string, Running<Result>>();

  /** Keys with work under way. */
  get keys(): readonly string[] {
    return [...this.#running.keys()];
  }

  /**
   * @param edition says what the work starts from: work under way of the same edition is joined, of another is waited
   * for, however it ends
   */
  run(key: string, edition: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const before = this.#running.get(key);
    if (before?.edition === edition && !before.controller.signal.aborted) return before.result;
    const controller = new AbortController();
    const result = inTurn(before, controller.signal, work);
    const running = { edition, controller, result, before };
    this.#running.set(key, running);
    const forget = (): void => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    };
    void result.then(forget, forget);
    return result;
  }

  /** Cancels what is under way for `key` and what waits for it; their promises reject with an AbortError. */
  cancel(key: string): void {
    for (let each = this.#running.get(key); each; each = each.before) {
      each.controller.abort(new DOMException("Cancelled by the person", "AbortError"));
    }
  }

  /** Cancels everything; resolves when all has come to an end. */
  async stop(): Promise<void> {
    const all = [...this.#running.entries()];
    for (const [key] of all) this.cancel(key);
    await Promise.allSettled(all.map(([, { result }]) => result));
  }
}

async function inTurn<Result>(
  before: Running<Result> | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  await before?.result.catch(() => undefined);
  signal.throwIfAborted();
  return work(signal);
}
