import { element } from "../../common/element.ts";
import { onThemeChange } from "../../common/theme.ts";
import { layoutTiles, type Tile } from "../model/layout.ts";
import { tileAt } from "../model/neighbour.ts";
import type { SizeNode } from "../model/sizeTree.ts";
import { type Palette, readPalette } from "../palette.ts";
import { colourOf } from "../shownBuild.ts";
import type { ShownBuild, Store } from "../store.ts";
import { Frames } from "./frames.ts";
import { listenToKeys } from "./keys.ts";
import { paintTiles } from "./paintTiles.ts";
import { listenToPointer } from "./pointer.ts";
import { Tooltip } from "./tooltip.ts";
import { TreeMirror } from "./treeMirror.ts";
import { ZoomAnimation } from "./zoomAnimation.ts";

/** The treemap of the open folder: a canvas for the eye, a tree of the same level for screen readers. */
export class Treemap {
  readonly element: HTMLElement;
  readonly store: Store;
  readonly tooltip: Tooltip;
  readonly #canvas = element("canvas", { "aria-hidden": "true" });
  readonly #frames = new Frames();
  readonly #mirror: TreeMirror;
  readonly #animation: ZoomAnimation;
  #palette: Palette = readPalette();
  #tiles: Tile[] = [];
  #top: Tile[] = [];
  #tileOf = new Map<SizeNode, Tile>();
  #drawn: { folder: SizeNode; width: number; height: number } | undefined;

  constructor(store: Store) {
    this.store = store;
    this.#animation = new ZoomAnimation(this.#canvas);
    this.element = element("div", { class: "treemap" }, this.#canvas, this.#frames.element);
    this.#mirror = new TreeMirror(this.element);
    this.tooltip = new Tooltip(this.element);
    listenToPointer(this, this.element);
    listenToKeys(this, this.element);
    store.onChange(change =>
      change === "selection" ? this.#showSelection() : this.#show(change === "choice"),
    );
    onThemeChange(() => {
      this.#palette = readPalette();
      this.#show(false);
    });
    new ResizeObserver(() => this.#resized()).observe(this.element);
  }

  /** The innermost tile at a point of the element. */
  tileAt(x: number, y: number): Tile | undefined {
    return tileAt(this.#top, x, y);
  }

  /** The tiles among which the keyboard moves: those beside the selected one, else those of the open folder. */
  get level(): readonly Tile[] {
    return this.selectedTile?.parent?.children ?? this.#top;
  }

  get selectedTile(): Tile | undefined {
    const selected = this.store.shown?.selected;
    return selected && this.#tileOf.get(selected);
  }

  /** Frames the tile under the pointer. */
  hover(tile: Tile | undefined): void {
    this.#frames.hover(tile);
  }

  #resized(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (this.#drawn?.width !== width || this.#drawn.height !== height) this.#show(false);
  }

  #show(isChoice: boolean): void {
    const { shown, choice } = this.store;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!shown || choice.view !== "treemap" || width === 0 || height === 0) {
      this.#drawn = undefined;
      return;
    }
    const started = performance.now();
    const from = this.#drawn?.folder;
    const isZoom = isChoice && from !== undefined && from !== shown.folder;
    // Where the new folder lay in the old picture, or will lie the other way round.
    const entered = isZoom ? this.#rectangleOf(shown.folder) : undefined;
    if (isZoom) this.#animation.keepOldPicture();
    this.#layOut(shown, width, height);
    this.#paint(shown, width, height);
    this.#drawn = { folder: shown.folder, width, height };
    if (isZoom) this.#animation.run({ entered, left: this.#rectangleOf(from) });
    else this.#animation.showScene();
    performance.measure(isZoom ? "whittle:zoom" : "whittle:draw", { start: started });
    this.#showSelection();
  }

  #layOut(shown: ShownBuild, width: number, height: number): void {
    const weights = this.store.choice.onlyMatches ? shown.matches?.bytes : undefined;
    this.#tiles = layoutTiles(shown.folder, { width, height, weights });
    this.#top = this.#tiles.filter(tile => tile.parent === undefined);
    this.#tileOf = new Map();
    for (const tile of this.#tiles) {
      if (tile.kind === "folded") continue;
      // A tile can stand for several folders, each the only content of the one before.
      const outside = tile.parent?.node ?? shown.folder;
      for (let node: SizeNode | undefined = tile.node; node && node !== outside; node = node.parent) {
        this.#tileOf.set(node, tile);
      }
    }
  }

  #paint(shown: ShownBuild, width: number, height: number): void {
    const scale = window.devicePixelRatio;
    const context = this.#animation.scene(Math.round(width * scale), Math.round(height * scale));
    if (!context) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const { matches, colours } = shown;
    const palette = this.#palette;
    paintTiles(this.#tiles, {
      ...{ context, palette, scale },
      colourOf: node => colourOf(node, colours, palette),
      isDim: node => matches !== undefined && matches.counts[node.id] === 0,
    });
  }

  #rectangleOf(folder: SizeNode): Tile | undefined {
    for (let node: SizeNode | undefined = folder; node; node = node.parent) {
      const tile = this.#tileOf.get(node);
      if (tile) return tile;
    }
    return undefined;
  }

  #showSelection(): void {
    const { shown } = this.store;
    if (!shown) return;
    this.tooltip.hide();
    this.#frames.hover(undefined);
    this.#frames.select(this.selectedTile);
    this.#mirror.show(shown, this.level, this.selectedTile);
  }
}
