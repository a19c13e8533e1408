const surrogate = /[\ud800-\udfff]/;

/** Orders two paths (or names) as their UTF-8 bytes do: for Array.sort. */
export function comparePaths(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

// Surrogates stand for characters beyond U+FFFF, which come last in UTF-8 but not among UTF-16 units.
function byteRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorts in place by the path that `pathOf` gives, in byte order, and returns the array. */
export function sortByPath<T>(items: T[], pathOf: (item: T) => string): T[] {
  // The engine's own comparison is several times faster and right unless surrogates take part.
  const compare = items.some(item => surrogate.test(pathOf(item))) ? comparePaths : compareUnits;
  return items.sort((a, b) => compare(pathOf(a), pathOf(b)));
}

/**
 * Where the things under a folder lie in a list sorted by path: [first, one past the last]. The folder itself
 * is not among them; "" gives the whole list.
 */
export function rangeUnder(
  sorted: readonly { readonly path: string }[],
  folder: string,
): readonly [from: number, to: number] {
  if (folder === "") return [0, sorted.length];
  // "0" follows "/": nothing lies between `folder/` and `folder0` but what is under the folder.
  return [lowerBound(sorted, `${folder}/`), lowerBound(sorted, `${folder}0`)];
}

/** Index of the first item whose path is not before `path`. */
export function lowerBound(sorted: readonly { readonly path: string }[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item && comparePaths(item.path, path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
