import { Failure } from "../failure.ts";

const factors: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** What a size looks like in a recipe: `64M`, `1.5G`. */
export const sizePattern = "^[1-9][0-9]*([.][0-9]{1,3})?[KMGTkmgt]$";

/**
 * Reads a size as QEMU does: `14M` is 14 MiB.
 * @returns whole bytes
 * @throws Failure `bad-size` when the text is no size
 */
export function parseSize(text: string): number {
  if (!new RegExp(sizePattern).test(text)) {
    throw new Failure("bad-size", `"${text}" is not a size.`, {
      advice: "Write a number and a unit: 512K, 64M (= 64 MiB) or 1.5G.",
    });
  }
  const factor = factors[text.slice(-1).toUpperCase()] ?? 1;
  return Math.round(Number(text.slice(0, -1)) * factor);
}

/** The shortest exact way to write `bytes` in a recipe, rounded up to whole KiB: 14680064 gives `14M`. */
export function formatSize(bytes: number): string {
  const kib = Math.max(1, Math.ceil(bytes / 2 ** 10));
  if (kib % 2 ** 20 === 0) return `${kib / 2 ** 20}G`;
  if (kib % 2 ** 10 === 0) return `${kib / 2 ** 10}M`;
  return `${kib}K`;
}
