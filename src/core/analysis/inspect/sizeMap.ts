import type { Segment, SizeMap } from "../../../shared/inspectionPage.ts";

/** Puts segments in a row, and what they leave of `total` behind them. */
export function sizeMap(
  title: string,
  total: number,
  segments: readonly Segment[],
  rest: string,
): SizeMap | undefined {
  const shown = segments.filter(({ bytes }) => bytes > 0);
  const left = total - shown.reduce((sum, { bytes }) => sum + bytes, 0);
  // Parts that overlap share nothing out.
  if (shown.length === 0 || left < 0) return undefined;
  return {
    title,
    total,
    segments: left > 0 ? [...shown, { name: rest, bytes: left, isRest: true }] : shown,
  };
}
