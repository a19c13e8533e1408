import { distance } from "fastest-levenshtein";

/** The one of `names` that `word` was most likely meant to be, if any is near enough to be worth naming. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let best: { name: string; cost: number } | undefined;
  for (const name of names) {
    const other = name.toLowerCase();
    // A beginning (`dep` for `depends`) is nearer than its edit distance says.
    const cost = word.length >= 2 && other.startsWith(lower) ? 1 : distance(lower, other);
    if (!best || cost < best.cost) best = { name, cost };
  }
  return best && best.cost <= Math.max(1, Math.floor(word.length / 2.5)) ? best.name : undefined;
}

/** Advice for a name that does not exist: the nearest one, else those there are. */
export function meant(word: string, names: readonly string[]): string | undefined {
  const near = nearest(word, names);
  if (near) return `Did you mean \`${near}\`?`;
  return names.length ? `Possible here: ${names.map(name => `\`${name}\``).join(", ")}.` : undefined;
}
