import type { Tile } from "../model/layout.ts";
import type { Treemap } from "./treemap.ts";

/** Hover tells, a click selects, a double click zooms in. */
export function listenToPointer(treemap: Treemap, target: HTMLElement): void {
  const tileUnder = (event: MouseEvent): Tile | undefined => {
    const { left, top } = target.getBoundingClientRect();
    return treemap.tileAt(event.clientX - left, event.clientY - top);
  };
  target.addEventListener("pointermove", event => {
    const tile = tileUnder(event);
    treemap.hover(tile);
    const { shown } = treemap.store;
    const { left, top } = target.getBoundingClientRect();
    if (tile && shown) treemap.tooltip.show(tile, shown, event.clientX - left, event.clientY - top);
    else treemap.tooltip.hide();
  });
  target.addEventListener("pointerleave", () => {
    treemap.hover(undefined);
    treemap.tooltip.hide();
  });
  target.addEventListener("click", event => {
    const tile = tileUnder(event);
    if (tile) treemap.store.select(tile.node);
  });
  target.addEventListener("dblclick", event => {
    const tile = tileUnder(event);
    const { store } = treemap;
    // What is folded at this level cannot be zoomed any further: the table lists it.
    if (tile?.kind === "folded" && tile.node === store.shown?.folder) store.choose({ view: "table" });
    else if (tile) store.open(tile.node, tile.node.children ? undefined : tile.node);
  });
}
