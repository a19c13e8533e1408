/**
 * The longest form of `text` that fits into `width`, its end replaced by "…"; "" when not even three characters and
 * the dots fit, for then it would say nothing.
 */
export function elide(text: string, width: number, measure: (text: string) => number): string {
  const full = measure(text);
  if (full <= width) return text;
  const characters = [...text];
  let low = 0;
  let high = Math.min(characters.length - 1, Math.ceil((characters.length * width) / full) + 4);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${characters.slice(0, middle).join("")}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return low < 3 ? "" : `${characters.slice(0, low).join("")}…`;
}
