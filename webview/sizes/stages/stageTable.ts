import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import type { StageRow } from "../model/stageRows.ts";
import { swatch } from "../page/legend.ts";
import type { Palette } from "../palette.ts";
import type { ShownBuild } from "../store.ts";

/** The figures behind the chart; a stage's name shows only its files. */
export function stageTable(shown: ShownBuild, palette: Palette, choose: (name: string) => void): HTMLElement {
  const { rows } = shown;
  const sum = (pick: (row: StageRow) => number) => rows.reduce((bytes, row) => bytes + pick(row), 0);
  const figures = (added: number, removed: number, net: number, kept: number) => [
    figure(added, ""),
    figure(removed, "−"),
    figure(net, ""),
    figure(kept, ""),
  ];
  return element(
    "table",
    {},
    element(
      "caption",
      { class: "for-screen-readers" },
      "Bytes added and removed by each stage, and bytes in the image",
    ),
    element(
      "thead",
      {},
      element("tr", {}, ...["Stage", "Added", "Removed", "Net", "In image"].map(headCell)),
    ),
    element(
      "tbody",
      {},
      ...rows.map(row => {
        const { addedBytes, removedBytes, netBytes, keptBytes } = row;
        const isChosen = row === shown.stage;
        return element(
          "tr",
          { class: shown.stage && !isChosen ? "dim" : "" },
          nameCell(row, isChosen, palette, choose),
          ...figures(addedBytes, removedBytes, netBytes, keptBytes),
        );
      }),
    ),
    element(
      "tfoot",
      {},
      element(
        "tr",
        {},
        rowHeader("Total"),
        ...figures(
          sum(row => row.addedBytes),
          sum(row => row.removedBytes),
          sum(row => row.netBytes),
          sum(row => row.keptBytes),
        ),
      ),
    ),
  );
}

function headCell(title: string): HTMLElement {
  const cell = element("th", {}, title);
  cell.scope = "col";
  return cell;
}

function rowHeader(...content: readonly (Node | string)[]): HTMLElement {
  const cell = element("th", {}, ...content);
  cell.scope = "row";
  return cell;
}

function nameCell(
  row: StageRow,
  isChosen: boolean,
  palette: Palette,
  choose: (name: string) => void,
): HTMLElement {
  const time = row.seconds === undefined ? "" : row.cached ? "cached" : formatSeconds(row.seconds);
  const button = element(
    "button",
    {
      "aria-pressed": String(isChosen),
      title: isChosen ? "Show all stages" : `Show only what comes from stage ${row.name}`,
    },
    swatch(palette.stage(row.stage).fill),
    element("span", { class: "text" }, row.name),
  );
  button.addEventListener("click", () => choose(row.name));
  const kind = row.kind === row.name ? "" : row.kind;
  return rowHeader(
    button,
    element("span", { class: "muted" }, [kind, time].filter(part => part !== "").join(" · ")),
  );
}

function formatSeconds(seconds: number): string {
  return seconds < 0.1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

function figure(bytes: number, sign: string): HTMLElement {
  const cell = element("td", {}, bytes === 0 ? "–" : `${sign}${formatBytes(bytes).replace("-", "−")}`);
  cell.title = `${bytes.toLocaleString("en")} bytes`;
  return cell;
}
