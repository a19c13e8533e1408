/** `part` of `whole` as a percentage for people: `0 %`, `<0.1 %`, `3.4 %`, `100 %`. */
export function formatShare(part: number, whole: number): string {
  if (part === 0 || whole === 0) return "0 %";
  const percent = (100 * part) / whole;
  if (percent < 0.1) return "<0.1 %";
  if (percent >= 99.95) return part === whole ? "100 %" : ">99.9 %";
  return `${percent.toFixed(1)} %`;
}

/** A count with its noun: `1 file`, `12,345 files`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
