import type { Tile } from "./layout.ts";

export type Direction = "left" | "right" | "up" | "down";

/** The innermost tile at a point, in the layout's pixels. */
export function tileAt(level: readonly Tile[], x: number, y: number): Tile | undefined {
  const hit = level.find(tile => x >= tile.x0 && x < tile.x1 && y >= tile.y0 && y < tile.y1);
  return hit ? (tileAt(hit.children, x, y) ?? hit) : undefined;
}

/** The tile beside `from` on its own level, as the eye finds it; undefined at the edge. */
export function neighbour(level: readonly Tile[], from: Tile, direction: Direction): Tile | undefined {
  let best: Tile | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const tile of level) {
    if (tile === from) continue;
    const distance = distanceTo(from, tile, direction);
    if (distance < bestDistance) {
      best = tile;
      bestDistance = distance;
    }
  }
  return best;
}

/** Infinite for what does not lie in that direction. Going sideways counts more than going on. */
function distanceTo(from: Tile, to: Tile, direction: Direction): number {
  const ahead = {
    left: from.x0 - to.x1,
    right: to.x0 - from.x1,
    up: from.y0 - to.y1,
    down: to.y0 - from.y1,
  }[direction];
  // Borders of neighbours meet, give or take a rounding error.
  if (ahead < -1) return Number.POSITIVE_INFINITY;
  const isSideways = direction === "left" || direction === "right";
  const [start, end] = isSideways ? ([to.y0, to.y1] as const) : ([to.x0, to.x1] as const);
  const middle = isSideways ? from.y0 : from.x0;
  const aside = middle < start ? start - middle : middle >= end ? middle - end + 1 : 0;
  return Math.max(ahead, 0) + 2 * aside;
}
