import { type Direction, neighbour } from "../model/neighbour.ts";
import type { Treemap } from "./treemap.ts";

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** Arrows move among the tiles, Enter zooms in, Backspace and Escape zoom out, Home shows all again. */
export function listenToKeys(treemap: Treemap, target: HTMLElement): void {
  const { store } = treemap;
  target.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directions[event.key];
    const root = store.shown?.tree.root;
    if (direction) move(treemap, direction);
    else if (event.key === "Enter") enter(treemap);
    else if (event.key === "Backspace" || event.key === "Escape") store.openParent();
    else if (event.key === "Home" && root) store.open(root);
    else return;
    event.preventDefault();
  });
}

function move(treemap: Treemap, direction: Direction): void {
  const { selectedTile, store } = treemap;
  const level = treemap.level.filter(tile => tile.kind !== "folded");
  const next = selectedTile ? neighbour(level, selectedTile, direction) : level[0];
  if (next) store.select(next.node);
}

function enter({ selectedTile, store }: Treemap): void {
  const node = selectedTile?.node;
  if (node) store.open(node, node.children?.[0] ?? node);
}
