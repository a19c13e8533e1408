/**
 * Works on all items, at most `jobs` at once, and gives the results in the items' order. After a failure nothing new
 * is begun; it rejects when what was under way has ended.
 */
export async function inParallel<T, R>(
  jobs: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const rest = items.entries();
  let failed: { readonly error: unknown } | undefined;
  const worker = async () => {
    for (const [index, item] of rest) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed ??= { error };
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
  if (failed) throw failed.error;
  return results;
}
