/**
 * Runs all at once. When one fails the others are told to stop, and only when all have ended does the first
 * error come out: nobody still writes somewhere after that.
 */
export async function together<T>(
  works: readonly ((signal: AbortSignal) => Promise<T>)[],
  signal: AbortSignal,
): Promise<T[]> {
  const others = new AbortController();
  const both = AbortSignal.any([signal, others.signal]);
  let failed = false;
  let first: unknown;
  const results = await Promise.allSettled(
    works.map(async work => {
      try {
        return await work(both);
      } catch (error) {
        if (!failed) first = error;
        failed = true;
        others.abort(new DOMException("Other work of this build failed.", "AbortError"));
        throw error;
      }
    }),
  );
  if (failed) {
    signal.throwIfAborted();
    throw first;
  }
  return results.flatMap(each => (each.status === "fulfilled" ? [each.value] : []));
}
