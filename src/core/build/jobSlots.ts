/** Bounds how much work runs at once. Waits in order of arrival. */
export interface JobSlots {
  /** Runs `work` as soon as a slot is free; rejects without running it when aborted before. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** @param count slots, at least 1. */
export function createJobSlots(count: number): JobSlots {
  let free = Math.max(1, count);
  const waiting: (() => void)[] = [];
  const enter = (): Promise<void> => {
    if (free > 0) {
      free--;
      return Promise.resolve();
    }
    return new Promise(resolve => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return {
    async run(signal, work) {
      await enter();
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        leave();
      }
    },
  };
}
