import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import { icon } from "../../common/icons.ts";
import { formatShare } from "../model/share.ts";
import type { SizeNode } from "../model/sizeTree.ts";
import type { StageRow } from "../model/stageRows.ts";
import { swatch } from "../page/legend.ts";
import type { Palette } from "../palette.ts";

/** CSS pixels; sizes.css agrees. */
export const rowHeight = 24;

export interface RowFacts {
  readonly node: SizeNode;
  /** Position in the table. */
  readonly at: number;
  /** Bytes of the folder. */
  readonly total: number;
  readonly stage: StageRow | undefined;
  readonly isDim: boolean;
  readonly isSelected: boolean;
  readonly palette: Palette;
}

export function tableRow({ node, at, total, stage, isDim, isSelected, palette }: RowFacts): HTMLElement {
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${total === 0 ? 0 : (100 * node.bytes) / total}%`;
  bar.style.backgroundColor = palette.stage(node.stage).fill;
  const picture = icon(node.children ? "folder" : node.type === "symlink" ? "link" : "file");
  return element(
    "div",
    {
      id: `row-${at}`,
      class: `row${isDim ? " dim" : ""}${isSelected ? " selected" : ""}`,
      role: "row",
      "aria-rowindex": String(at + 2),
      "aria-selected": String(isSelected),
      title: node.path,
    },
    cell("name", picture, element("span", { class: "text" }, node.name)),
    exactCell("bytes", node.bytes),
    cell(
      "share",
      element("span", { class: "track" }, bar),
      element("span", {}, formatShare(node.bytes, total)),
    ),
    cell(
      "stage",
      ...(stage
        ? [swatch(palette.stage(stage.stage).fill), element("span", { class: "text" }, stage.name)]
        : []),
    ),
    cell("files", node.children ? node.files.toLocaleString("en") : ""),
  );
}

function cell(name: string, ...content: readonly (Node | string)[]): HTMLElement {
  return element("div", { class: `cell ${name}`, role: "gridcell" }, ...content);
}

function exactCell(name: string, bytes: number): HTMLElement {
  const each = cell(name, formatBytes(bytes));
  each.title = `${bytes.toLocaleString("en")} bytes`;
  return each;
}
