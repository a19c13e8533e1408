/** One measured figure with the promise it is held against. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly promise: string;
}

export function printFigures(figures: readonly Figure[]): void {
  for (const { name, value, promise } of figures)
    console.log(`${name.padEnd(58)} ${value.padStart(24)}   (promised: ${promise})`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
