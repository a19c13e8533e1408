import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import { onThemeChange } from "../../common/theme.ts";
import { formatShare } from "../model/share.ts";
import type { StageRow } from "../model/stageRows.ts";
import { type Palette, readPalette } from "../palette.ts";
import type { Store } from "../store.ts";

/** The stages and their colours; a click shows one of them and dims the others. */
export function legend(store: Store): HTMLElement {
  const list = element("ul", { class: "legend", "aria-label": "Stages" });
  const update = () => {
    const { shown } = store;
    const palette = readPalette();
    const rows = (shown?.rows ?? []).filter(row => row.keptBytes > 0);
    const total = shown?.tree.root.bytes ?? 0;
    list.replaceChildren(...rows.map(row => item(row, total, palette, store)));
  };
  store.onChange(change => {
    if (change !== "selection") update();
  });
  onThemeChange(update);
  return list;
}

function item(row: StageRow, total: number, palette: Palette, store: Store): HTMLElement {
  const chosen = store.shown?.stage;
  const isChosen = chosen === row;
  const button = element(
    "button",
    {
      class: chosen && !isChosen ? "chip dim" : "chip",
      "aria-pressed": String(isChosen),
      title: isChosen ? "Show all stages" : `Show only stage ${row.name}`,
    },
    swatch(palette.stage(row.stage).fill),
    element("span", {}, row.name),
    element(
      "span",
      { class: "muted" },
      `${formatBytes(row.keptBytes)} · ${formatShare(row.keptBytes, total)}`,
    ),
  );
  button.addEventListener("click", () => {
    store.choose({ stage: isChosen ? "" : row.name });
    // The list was made anew: the focus goes to the same stage.
    const again = [...document.querySelectorAll<HTMLElement>(".legend .chip")];
    again.find(each => each.textContent === button.textContent)?.focus();
  });
  return element("li", {}, button);
}

/** A small square of a stage's colour. */
export function swatch(colour: string): HTMLElement {
  const square = element("span", { class: "swatch", "aria-hidden": "true" });
  square.style.backgroundColor = colour;
  return square;
}
