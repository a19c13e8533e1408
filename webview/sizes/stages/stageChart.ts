import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  Tooltip,
} from "chart.js";
import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import { byteMarks } from "../model/byteMarks.ts";
import type { StageRow } from "../model/stageRows.ts";
import type { Palette } from "../palette.ts";
import { hatch } from "./hatch.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

type Bars = ChartConfiguration<"bar", (number | null)[], string>;

/** Horizontal bars: what a stage added, to the right; what it removed, to the left; below them the net effect. */
export class StageChart {
  readonly element: HTMLElement;
  readonly #canvas = element("canvas", { role: "img" });
  readonly #holder = element("div", { class: "chart" }, this.#canvas);
  readonly #choose: (name: string) => void;
  #chart: Chart<"bar", (number | null)[], string> | undefined;

  constructor(choose: (name: string) => void) {
    this.#choose = choose;
    const key = (name: string) => element("li", { class: `key ${name}` }, name);
    const keys = element(
      "ul",
      { class: "keys", "aria-hidden": "true" },
      key("added"),
      key("removed"),
      key("net"),
    );
    this.element = element("div", { class: "stage-chart" }, keys, this.#holder);
  }

  show(rows: readonly StageRow[], chosen: StageRow | undefined, palette: Palette): void {
    this.#holder.style.height = `${rows.length * 38 + 34}px`;
    this.#canvas.setAttribute(
      "aria-label",
      "Bar chart of the bytes that each stage added and removed; the table below has its figures",
    );
    const configuration = this.#configure(rows, chosen, palette);
    if (this.#chart) {
      this.#chart.data = configuration.data;
      this.#chart.options = configuration.options ?? {};
      this.#chart.update("none");
    } else {
      this.#chart = new Chart(this.#canvas, configuration);
    }
  }

  #configure(rows: readonly StageRow[], chosen: StageRow | undefined, palette: Palette): Bars {
    const colours = rows.map(row => {
      const { fill, dimFill } = palette.stage(row.stage);
      return chosen && row !== chosen ? dimFill : fill;
    });
    const border = palette.border === undefined ? {} : { borderColor: palette.border, borderWidth: 1 };
    const bytes = (pick: (row: StageRow) => number) => rows.map(row => pick(row) || null);
    const look = {
      maxBarThickness: 14,
      minBarLength: 2,
      categoryPercentage: 0.75,
      barPercentage: 0.95,
      ...border,
    };
    return {
      type: "bar",
      data: {
        labels: rows.map(row => row.name),
        datasets: [
          {
            ...look,
            label: "added",
            stack: "change",
            data: bytes(row => row.addedBytes),
            backgroundColor: colours,
          },
          {
            ...look,
            label: "removed",
            stack: "change",
            data: bytes(row => -row.removedBytes),
            backgroundColor: colours.map(colour => hatch(colour, palette.background)),
          },
          {
            ...look,
            label: "net",
            stack: "net",
            maxBarThickness: 5,
            data: bytes(row => row.netBytes),
            backgroundColor: palette.mutedText,
          },
        ],
      },
      options: this.#options(rows, palette),
    };
  }

  #options(rows: readonly StageRow[], palette: Palette): NonNullable<Bars["options"]> {
    const least = Math.min(0, ...rows.map(row => Math.min(-row.removedBytes, row.netBytes)));
    const most = Math.max(0, ...rows.map(row => Math.max(row.addedBytes, row.netBytes)));
    const { step, format } = byteMarks(most - least);
    const font = { family: palette.fontFamily, size: palette.fontSize - 2 };
    return {
      indexAxis: "y",
      maintainAspectRatio: false,
      animation: false,
      font,
      onClick: (_event, elements) => {
        const name = rows[elements[0]?.index ?? -1]?.name;
        if (name !== undefined) this.#choose(name);
      },
      onHover: (_event, elements) => {
        this.#canvas.style.cursor = elements.length > 0 ? "pointer" : "default";
      },
      interaction: { mode: "index", axis: "y", intersect: false },
      plugins: {
        tooltip: {
          titleFont: font,
          bodyFont: font,
          displayColors: false,
          callbacks: {
            label: ({ dataset, raw }) => `${dataset.label ?? ""}: ${formatBytes(Number(raw ?? 0))}`,
          },
        },
      },
      scales: {
        x: {
          stacked: true,
          min: least === 0 ? 0 : -Math.ceil(-least / step) * step,
          max: Math.ceil(most / step) * step,
          border: { display: false },
          grid: { color: palette.line, lineWidth: 0.6 },
          ticks: {
            stepSize: step,
            font,
            color: palette.mutedText,
            callback: value => format(Number(value)),
          },
        },
        y: {
          stacked: true,
          border: { color: palette.line },
          grid: { display: false },
          ticks: {
            font,
            color: palette.text,
            autoSkip: false,
            callback: (_value, at) => shorten(rows[at]?.name ?? ""),
          },
        },
      },
    };
  }
}

function shorten(name: string): string {
  return name.length > 18 ? `${name.slice(0, 17)}…` : name;
}
