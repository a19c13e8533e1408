import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import type { Tile } from "../model/layout.ts";
import { packageTitle } from "../model/packageRows.ts";
import { formatCount, formatShare } from "../model/share.ts";
import type { SizeNode } from "../model/sizeTree.ts";
import { packageOf, stageOf } from "../shownBuild.ts";
import type { ShownBuild } from "../store.ts";

/** Says beside the pointer what lies under it. */
export class Tooltip {
  readonly #element = element("div", { class: "tooltip", role: "tooltip", hidden: true });
  readonly #container: HTMLElement;
  #tile: Tile | undefined;

  constructor(container: HTMLElement) {
    this.#container = container;
    container.append(this.#element);
  }

  hide(): void {
    this.#tile = undefined;
    this.#element.hidden = true;
  }

  /** Shows the tile's facts beside the point (x, y) of the container, never beyond its edges. */
  show(tile: Tile, shown: ShownBuild, x: number, y: number): void {
    if (tile !== this.#tile) {
      this.#tile = tile;
      this.#element.replaceChildren(...factsOf(tile, shown));
      this.#element.hidden = false;
    }
    const { clientWidth, clientHeight } = this.#container;
    const { offsetWidth: width, offsetHeight: height } = this.#element;
    const left = x + 14 + width > clientWidth ? Math.max(0, x - 10 - width) : x + 14;
    const top = y + 18 + height > clientHeight ? Math.max(0, y - 10 - height) : y + 18;
    this.#element.style.transform = `translate(${left}px, ${top}px)`;
  }
}

function factsOf(tile: Tile, shown: ShownBuild): HTMLElement[] {
  const { node } = tile;
  const { tree } = shown;
  const stage = stageOf(node, shown);
  const owner = packageOf(node, shown);
  const holder = tile.kind === "folded" ? node : node.parent;
  const title =
    tile.kind === "folded"
      ? `${tile.folded.toLocaleString("en")} small entries in ${titleOf(node, shown)}`
      : titleOf(node, shown);
  const exact = tile.value >= 1024 ? ` (${tile.value.toLocaleString("en")} bytes)` : "";
  const shares = [
    ...(holder && holder.bytes !== tree.root.bytes
      ? [`${formatShare(tile.value, holder.bytes)} of ${holder.name}`]
      : []),
    `${formatShare(tile.value, tree.root.bytes)} of the image`,
  ];
  const origin = [
    ...(node.children && tile.kind !== "folded" ? [formatCount(node.files, "file")] : []),
    ...(stage && tile.kind !== "folded" ? [`${node.children ? "mostly " : ""}from stage ${stage.name}`] : []),
  ];
  const isWhole = node.path === "";
  const belongs =
    owner && !isWhole && tile.kind !== "folded"
      ? `${node.children ? "mostly of " : ""}package ${packageTitle(owner)}`
      : "";
  return [
    element("div", { class: "path" }, shorten(title)),
    element("div", {}, element("strong", {}, formatBytes(tile.value)), exact),
    element("div", { class: "muted" }, shares.join(" · ")),
    ...(origin.length > 0 ? [element("div", { class: "muted" }, origin.join(" · "))] : []),
    ...(belongs === "" ? [] : [element("div", { class: "muted" }, belongs)]),
  ];
}

/** The path; of a package its name and version. */
function titleOf(node: SizeNode, shown: ShownBuild): string {
  if (node.path !== "") return node.path;
  const owner = packageOf(node, shown);
  return owner?.label === node.name ? packageTitle(owner) : node.name;
}

/** A path of many folders keeps its beginning and its end, which say the most. */
function shorten(path: string): string {
  return path.length > 200 ? `${path.slice(0, 70)} … ${path.slice(-120)}` : path;
}
