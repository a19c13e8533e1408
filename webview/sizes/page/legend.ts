import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import { onThemeChange } from "../../common/theme.ts";
import { formatCount, formatShare } from "../model/share.ts";
import { colouredPackages, type Palette, readPalette } from "../palette.ts";
import type { ShownBuild, Store } from "../store.ts";
import type { ViewChoice } from "../viewChoice.ts";

/** One colour of the treemap and what it stands for. */
interface Item {
  readonly name: string;
  /** How much of the image it is. */
  readonly size: string;
  readonly colour: string;
  readonly isChosen: boolean;
  /** Shows only this, or all again. */
  choose(): void;
}

/** The stages or packages and their colours; a click shows one of them and dims the others. */
export function legend(store: Store): HTMLElement {
  const list = element("ul", { class: "legend" });
  const update = () => {
    const { shown } = store;
    if (!shown) return;
    const palette = readPalette();
    const isByStage = shown.colours === "stage";
    const items = isByStage ? stageItems(shown, palette, store) : packageItems(shown, palette, store);
    const isFiltered = items.some(each => each.isChosen);
    list.setAttribute("aria-label", isByStage ? "Stages" : "Packages");
    list.replaceChildren(...items.map(each => chip(each, isFiltered, isByStage ? "stage" : "package")));
    const others = isByStage ? undefined : otherPackages(shown, palette);
    if (others) list.append(others);
  };
  store.onChange(change => {
    if (change !== "selection") update();
  });
  onThemeChange(update);
  return list;
}

function stageItems(shown: ShownBuild, palette: Palette, store: Store): Item[] {
  return shown.rows
    .filter(row => row.keptBytes > 0)
    .map(row => {
      const isChosen = row === shown.stage;
      return {
        name: row.name,
        size: `${formatBytes(row.keptBytes)} · ${formatShare(row.keptBytes, shown.tree.root.bytes)}`,
        colour: palette.stage(row.stage).fill,
        isChosen,
        choose: () => store.choose({ stage: isChosen ? "" : row.name }),
      };
    });
}

/** Those with a colour of their own, the one that was chosen in the list, and what belongs to none. */
function packageItems(shown: ShownBuild, palette: Palette, store: Store): Item[] {
  return shown.packages
    .filter(
      row =>
        row.bytes > 0 && (row.package < colouredPackages || row === shown.package || isUnowned(row, shown)),
    )
    .map(row => {
      const isChosen = row === shown.package;
      return {
        name: row.label,
        size: formatBytes(row.bytes),
        colour: palette.package(row.package).fill,
        isChosen,
        choose: () => store.choose({ package: isChosen ? "" : row.label }),
      };
    });
}

function isUnowned(row: ShownBuild["packages"][number], { built }: ShownBuild): boolean {
  return row.package >= built.packages.length;
}

function otherPackages({ built }: ShownBuild, palette: Palette): HTMLElement | undefined {
  const others = built.packages.slice(colouredPackages);
  if (others.length === 0) return undefined;
  const bytes = others.reduce((sum, each) => sum + each.bytes, 0);
  const greys = [0, 1, 2].map(at => swatch(palette.package(colouredPackages + at).fill));
  const text = `${formatCount(others.length, "other package")} · ${formatBytes(bytes)}`;
  return element("li", { class: "others muted" }, ...greys, element("span", {}, text));
}

function chip(item: Item, isFiltered: boolean, what: ViewChoice["colours"]): HTMLElement {
  const { name, size, colour, isChosen } = item;
  const button = element(
    "button",
    {
      class: isFiltered && !isChosen ? "chip dim" : "chip",
      "aria-pressed": String(isChosen),
      title: isChosen ? `Show all ${what}s` : `Show only ${what} ${name}`,
    },
    swatch(colour),
    element("span", {}, name),
    element("span", { class: "muted" }, size),
  );
  button.addEventListener("click", () => {
    item.choose();
    // The list was made anew: the focus goes to the same stage or package.
    const again = [...document.querySelectorAll<HTMLElement>(".legend .chip")];
    again.find(each => each.textContent === button.textContent)?.focus();
  });
  return element("li", {}, button);
}

/** A small square of a colour. */
export function swatch(colour: string): HTMLElement {
  const square = element("span", { class: "swatch", "aria-hidden": "true" });
  square.style.backgroundColor = colour;
  return square;
}
