import { formatBytes } from "../../../src/shared/bytes.ts";
import { elide } from "../model/elide.ts";
import type { Tile } from "../model/layout.ts";
import type { SizeNode } from "../model/sizeTree.ts";
import type { GroupColour, Palette } from "../palette.ts";

export interface Painting {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  /** Device pixels a CSS pixel. */
  readonly scale: number;
  colourOf(node: SizeNode): GroupColour;
  /** True for what a filter leaves out. */
  isDim(node: SizeNode): boolean;
}

/** Draws the tiles of a layout; the context is in CSS pixels. */
export function paintTiles(tiles: readonly Tile[], painting: Painting): void {
  const { context, palette } = painting;
  const { canvas } = context;
  context.fillStyle = palette.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const tile of tiles) paintGround(tile, painting);
  context.textBaseline = "middle";
  context.font = `600 ${palette.fontSize - 2}px ${palette.fontFamily}`;
  const writeHeader = writer(context);
  for (const tile of tiles) if (tile.header > 0) nameFolder(tile, painting, writeHeader);
  context.font = `${palette.fontSize - 1}px ${palette.fontFamily}`;
  const writeName = writer(context);
  for (const tile of tiles) if (tile.kind !== "open") nameTile(tile, painting, writeName);
}

function colourOf(tile: Tile, painting: Painting): GroupColour {
  return tile.kind === "folded" ? painting.palette.neutral : painting.colourOf(tile.node);
}

function paintGround(tile: Tile, painting: Painting): void {
  const { context, palette, scale } = painting;
  const snap = (length: number) => Math.round(length * scale) / scale;
  const x = snap(tile.x0);
  const y = snap(tile.y0);
  const width = snap(tile.x1) - x;
  const height = snap(tile.y1) - y;
  // The gap between tiles is the ground that shows through; slivers have none, or they would vanish.
  const gap = width > 3 && height > 3 ? 1 : 0;
  if (tile.kind === "open") {
    context.fillStyle = palette.folder[depthOf(tile) % palette.folder.length] ?? palette.background;
  } else {
    const colour = colourOf(tile, painting);
    context.fillStyle = painting.isDim(tile.node) ? colour.dimFill : colour.fill;
  }
  context.fillRect(x, y, width - gap, height - gap);
  if (palette.border === undefined || gap === 0) return;
  context.strokeStyle = palette.border;
  context.lineWidth = 1 / scale;
  context.strokeRect(x + 0.5 / scale, y + 0.5 / scale, width - gap, height - gap);
}

function depthOf(tile: Tile): number {
  return tile.parent ? depthOf(tile.parent) + 1 : 0;
}

/** Writes a text that is cut to `width`; returns the width it took, 0 when nothing of it fits. */
type Write = (text: string, x: number, y: number, width: number) => number;

function writer(context: CanvasRenderingContext2D): Write {
  // Nearly every text is tried in full first; most names come up again (sizes, file endings, folders).
  const widths = new Map<string, number>();
  const measure = (text: string) => {
    const width = widths.get(text) ?? context.measureText(text).width;
    widths.set(text, width);
    return width;
  };
  return (text, x, y, width) => {
    const fitting = elide(text, width, measure);
    if (fitting === "") return 0;
    context.fillText(fitting, x, y);
    return measure(fitting);
  };
}

function nameFolder(tile: Tile, { context, palette }: Painting, write: Write): void {
  const width = tile.x1 - tile.x0 - 10;
  const y = tile.y0 + tile.header / 2;
  context.fillStyle = palette.text;
  const taken = write(tile.label, tile.x0 + 5, y, width);
  const size = formatBytes(tile.value);
  context.fillStyle = palette.mutedText;
  const left = width - taken - 8;
  const hasRoom = taken > 0 && left > 30 && context.measureText(size).width <= left;
  if (hasRoom) context.fillText(size, tile.x0 + 5 + taken + 8, y);
}

function nameTile(tile: Tile, painting: Painting, write: Write): void {
  const { context, palette } = painting;
  const width = tile.x1 - tile.x0 - 9;
  const height = tile.y1 - tile.y0;
  const line = palette.fontSize + 3;
  if (width < 24 || height < line + 2) return;
  const colour = colourOf(tile, painting);
  context.fillStyle = painting.isDim(tile.node) ? colour.dimText : colour.text;
  const top = tile.y0 + 4 + line / 2;
  const taken = write(tile.label, tile.x0 + 4, top, width);
  const size = formatBytes(tile.value);
  const hasRoom = taken > 0 && height >= 2 * line + 6 && context.measureText(size).width <= width;
  if (hasRoom) context.fillText(size, tile.x0 + 4, top + line);
}
