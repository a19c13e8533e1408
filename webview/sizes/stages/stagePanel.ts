import { element } from "../../common/element.ts";
import { onThemeChange } from "../../common/theme.ts";
import { readPalette } from "../palette.ts";
import type { Store } from "../store.ts";
import { StageChart } from "./stageChart.ts";
import { stageTable } from "./stageTable.ts";

/** What each stage added and removed: a chart, and its figures as a table. */
export function stagePanel(store: Store): HTMLElement {
  const choose = (name: string) => {
    const isChosen = store.choice.stage === name;
    store.choose({ stage: isChosen ? "" : name, onlyMatches: !isChosen });
  };
  const chart = new StageChart(choose);
  const table = element("div", { class: "stage-table" });
  const panel = element(
    "section",
    { class: "stages", "aria-label": "Size per stage" },
    element("h2", {}, "Size per stage"),
    chart.element,
    table,
  );
  const update = () => {
    const { shown } = store;
    if (!shown) return;
    panel.hidden = shown.colours !== "stage";
    if (panel.hidden) return;
    const palette = readPalette();
    chart.show(shown.rows, shown.stage, palette);
    table.replaceChildren(stageTable(shown, palette, choose));
  };
  store.onChange(change => {
    if (change !== "selection") update();
  });
  onThemeChange(update);
  return panel;
}
