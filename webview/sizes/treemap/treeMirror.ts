import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import type { Tile } from "../model/layout.ts";
import { packageTitle } from "../model/packageRows.ts";
import { formatShare } from "../model/share.ts";
import { packageOf, stageOf } from "../shownBuild.ts";
import type { ShownBuild } from "../store.ts";

const mostItems = 60;

/**
 * The tiles of one level as a tree that screen readers read: the canvas holder has the focus, the selected tile is its
 * active descendant. Only some of many tiles have an element; position and size of the set are always true.
 */
export class TreeMirror {
  readonly #holder: HTMLElement;
  readonly #items = element("div", { class: "for-screen-readers", role: "group" });
  #level: readonly Tile[] = [];
  #pending = 0;

  constructor(holder: HTMLElement) {
    this.#holder = holder;
    holder.setAttribute("role", "tree");
    holder.tabIndex = 0;
    holder.append(this.#items);
  }

  /** Follows what is drawn, after the frame: the picture does not wait for it. */
  show(shown: ShownBuild, level: readonly Tile[], selected: Tile | undefined): void {
    clearTimeout(this.#pending);
    this.#pending = window.setTimeout(() => this.#update(shown, level, selected));
  }

  #update(shown: ShownBuild, level: readonly Tile[], selected: Tile | undefined): void {
    const { folder } = shown;
    this.#holder.setAttribute(
      "aria-label",
      `Treemap of ${folder.path === "" ? folder.name : folder.path}, ${formatBytes(folder.bytes)}`,
    );
    const selectedAt = selected ? level.indexOf(selected) : -1;
    if (level !== this.#level || selectedAt >= this.#items.childElementCount) {
      this.#level = level;
      const count = Math.max(mostItems, selectedAt + 1);
      this.#items.replaceChildren(
        ...level.slice(0, count).map((tile, at) => itemOf(tile, at, level.length, shown)),
      );
    }
    for (const item of this.#items.children)
      item.setAttribute("aria-selected", String(item.id === idOf(selectedAt)));
    if (selectedAt >= 0) this.#holder.setAttribute("aria-activedescendant", idOf(selectedAt));
    else this.#holder.removeAttribute("aria-activedescendant");
  }
}

function idOf(at: number): string {
  return `tile-${at}`;
}

function itemOf(tile: Tile, at: number, count: number, shown: ShownBuild): HTMLElement {
  const isFolded = tile.kind === "folded";
  const holder = isFolded ? tile.node : (tile.node.parent ?? shown.folder);
  const stage = isFolded || shown.colours !== "stage" ? undefined : stageOf(tile.node, shown);
  const owner = isFolded || shown.colours !== "package" ? undefined : packageOf(tile.node, shown);
  const facts = [
    tile.label,
    formatBytes(tile.value),
    `${formatShare(tile.value, holder.bytes)} of ${holder.path === "" ? holder.name : holder.path}`,
    ...(stage ? [`stage ${stage.name}`] : []),
    ...(owner ? [`package ${packageTitle(owner)}`] : []),
  ];
  const item = element("div", {
    id: idOf(at),
    role: "treeitem",
    "aria-level": "1",
    "aria-posinset": String(at + 1),
    "aria-setsize": String(count),
    "aria-label": facts.join(", "),
  });
  if (tile.node.children && tile.kind !== "folded") item.setAttribute("aria-expanded", "false");
  return item;
}
