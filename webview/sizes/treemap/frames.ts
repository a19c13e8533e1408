import { element } from "../../common/element.ts";
import type { Tile } from "../model/layout.ts";

/** The frames around the selected tile and the one under the pointer; they lie over the canvas. */
export class Frames {
  readonly element: HTMLElement;
  readonly #hover = element("div", { class: "frame hover", hidden: true });
  readonly #selection = element("div", { class: "frame selection", hidden: true });

  constructor() {
    this.element = element("div", { class: "frames", "aria-hidden": "true" }, this.#hover, this.#selection);
  }

  hover(tile: Tile | undefined): void {
    surround(this.#hover, tile);
  }

  select(tile: Tile | undefined): void {
    surround(this.#selection, tile);
  }
}

function surround(frame: HTMLElement, tile: Tile | undefined): void {
  frame.hidden = tile === undefined;
  if (!tile) return;
  frame.style.transform = `translate(${tile.x0}px, ${tile.y0}px)`;
  frame.style.width = `${tile.x1 - tile.x0}px`;
  frame.style.height = `${tile.y1 - tile.y0}px`;
}
