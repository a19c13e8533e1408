import { type HierarchyRectangularNode, treemapSquarify } from "d3-hierarchy";
import type { SizeNode } from "./sizeTree.ts";

/** A rectangle of the treemap, in CSS pixels. */
export interface Tile {
  /** The entry; for `folded`, the folder whose small entries it stands for. */
  readonly node: SizeNode;
  /** `open`: a folder whose content is drawn inside it; `closed`: a file, or a folder too small to open. */
  readonly kind: "open" | "closed" | "folded";
  readonly label: string;
  /** Bytes that the tile stands for. */
  readonly value: number;
  /** Entries folded into it; 0 unless `folded`. */
  readonly folded: number;
  readonly parent: Tile | undefined;
  /** Tiles inside, when open. */
  children: readonly Tile[];
  /** Height of the strip that names an open folder; 0 = there is no room for one. */
  readonly header: number;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface LayoutOptions {
  readonly width: number;
  readonly height: number;
  /** Bytes by node id that the areas follow; default: each node's own. */
  readonly weights?: Float64Array | undefined;
}

export const headerHeight = 20;
const padding = 2;
/** Square pixels under which a tile can neither be seen nor hit. */
const smallestArea = 24;
const smallestOpen = 22;

/**
 * Lays out what lies in `folder`: every visible tile, an open folder before its content. The values of the tiles that
 * are not open sum up to the folder's exactly: what is too small to see is folded into "n more", never left out.
 */
export function layoutTiles(folder: SizeNode, options: LayoutOptions): Tile[] {
  const tiles: Tile[] = [];
  const weigh = weigher(options.weights);
  place(folder, undefined, { x0: 0, y0: 0, x1: options.width, y1: options.height }, weigh, tiles);
  return tiles;
}

interface Rectangle {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

type Weigh = (node: SizeNode) => number;

function weigher(weights: Float64Array | undefined): Weigh {
  return weights ? node => weights[node.id] ?? 0 : node => node.bytes;
}

// What squarify reads and writes.
interface Cell extends Rectangle {
  readonly value: number;
  readonly node: SizeNode;
  readonly folded: number;
}

function place(
  folder: SizeNode,
  parent: Tile | undefined,
  area: Rectangle,
  weigh: Weigh,
  tiles: Tile[],
): Tile[] {
  const cells = cellsOf(folder, area, weigh);
  const value = cells.reduce((sum, cell) => sum + cell.value, 0);
  const row = { value, children: cells } as unknown as HierarchyRectangularNode<unknown>;
  if (cells.length > 0) treemapSquarify(row, area.x0, area.y0, area.x1, area.y1);
  return cells.map(cell => {
    const tile = tileOf(cell, parent, weigh);
    tiles.push(tile);
    if (tile.kind === "open") tile.children = place(tile.node, tile, inside(tile), weigh, tiles);
    return tile;
  });
}

/** The entries of a folder that have bytes; those too small for `area` joined into one, which comes last. */
function cellsOf(folder: SizeNode, area: Rectangle, weigh: Weigh): Cell[] {
  const weighed = (folder.children ?? [])
    .map(node => ({ node, value: weigh(node), folded: 0, x0: 0, y0: 0, x1: 0, y1: 0 }))
    .filter(cell => cell.value > 0);
  if (weigh(folder) !== folder.bytes) weighed.sort((a, b) => b.value - a.value);
  const pixels = (area.x1 - area.x0) * (area.y1 - area.y0);
  const smallest = (weigh(folder) * smallestArea) / Math.max(pixels, 1);
  let visible = weighed.length;
  while (visible > 0 && (weighed[visible - 1]?.value ?? 0) < smallest) visible--;
  const small = weighed.slice(visible);
  if (small.length < 2) return weighed;
  const value = small.reduce((sum, cell) => sum + cell.value, 0);
  return [
    ...weighed.slice(0, visible),
    { node: folder, value, folded: small.length, x0: 0, y0: 0, x1: 0, y1: 0 },
  ];
}

function tileOf(cell: Cell, parent: Tile | undefined, weigh: Weigh): Tile {
  const { value, folded, x0, y0, x1, y1 } = cell;
  const place = { value, folded, parent, children: [], x0, y0, x1, y1 };
  if (folded > 0) {
    return { ...place, node: cell.node, kind: "folded", label: `${folded} more`, header: 0 };
  }
  const { node, label } = throughOnlyChildren(cell.node, weigh);
  const width = x1 - x0;
  const height = y1 - y0;
  const isOpen = node.children !== undefined && width >= smallestOpen && height >= smallestOpen;
  const header = isOpen && width >= 46 && height >= headerHeight * 2 ? headerHeight : 0;
  return { ...place, node, label, kind: isOpen ? "open" : "closed", header };
}

/** A folder that holds nothing but one folder is drawn as one with it, named by both. */
function throughOnlyChildren(start: SizeNode, weigh: Weigh): { node: SizeNode; label: string } {
  let node = start;
  let label = start.name;
  for (;;) {
    const only = node.children?.find(child => weigh(child) > 0);
    if (!only?.children || weigh(only) !== weigh(node)) return { node, label };
    // A package is not a folder of the path.
    label += `${node.path === "" ? " · /" : "/"}${only.name}`;
    node = only;
  }
}

function inside(tile: Tile): Rectangle {
  const edge = tile.header > 0 ? padding : 1;
  return {
    x0: tile.x0 + edge,
    y0: tile.y0 + Math.max(tile.header, edge),
    x1: tile.x1 - edge,
    y1: tile.y1 - edge,
  };
}
