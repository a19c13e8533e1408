/**
 * Orders kernel releases (`6.1.0-9-amd64` before `6.1.0-10-amd64`, `6.2-rc3` before `6.2`): for Array.sort.
 * Numbers compare as numbers, everything else as text.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareParts(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function partsOf(version: string): string[] {
  return version.match(/\d+|[a-zA-Z]+/g) ?? [];
}

const candidate = /^rc$/i;

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  // A release candidate comes before whatever else may stand in its place, the end included.
  const early = Number(candidate.test(b ?? "")) - Number(candidate.test(a ?? ""));
  if (early !== 0) return early;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const numbers = Number(/\d/.test(a)) - Number(/\d/.test(b));
  if (numbers !== 0) return numbers;
  if (/\d/.test(a)) {
    const difference = BigInt(a) - BigInt(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  return a < b ? -1 : 1;
}
