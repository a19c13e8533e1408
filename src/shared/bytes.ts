export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

/**
 * A count of bytes for people, in binary units that are named: `0 B`, `812 B`, `3.4 KiB`, `13.9 MiB`, `1.25 GiB`.
 * A negative count keeps its sign, so differences can be shown as well.
 */
export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  if (size < KiB) return `${Math.round(bytes)} B`;
  if (size < MiB) return `${(bytes / KiB).toFixed(1)} KiB`;
  if (size < GiB) return `${(bytes / MiB).toFixed(1)} MiB`;
  return `${(bytes / GiB).toFixed(2)} GiB`;
}
