/** Remembers what `make` gave for the `most` keys that were asked for last. */
export function keepNewest<V>(most: number, make: (key: number) => Promise<V>): (key: number) => Promise<V> {
  const known = new Map<number, V>();
  return async key => {
    const value = known.get(key) ?? (await make(key));
    // Taken out and put in again it is the last in order.
    known.delete(key);
    known.set(key, value);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return value;
  };
}
