import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import { type IconName, icon } from "../../common/icons.ts";
import { formatShare } from "../model/share.ts";
import type { SizeNode } from "../model/sizeTree.ts";
import { swatch } from "../page/legend.ts";
import type { Palette } from "../palette.ts";
import { colourOf, packageOf } from "../shownBuild.ts";
import type { ShownBuild } from "../store.ts";
import { groupColumn, groupName } from "./tableRows.ts";

/** CSS pixels; sizes.css agrees. */
export const rowHeight = 24;

export interface RowFacts {
  readonly node: SizeNode;
  /** Position in the table. */
  readonly at: number;
  /** Bytes of the folder. */
  readonly total: number;
  readonly isDim: boolean;
  readonly isSelected: boolean;
  readonly palette: Palette;
  readonly shown: ShownBuild;
}

export function tableRow({ node, at, total, isDim, isSelected, palette, shown }: RowFacts): HTMLElement {
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${total === 0 ? 0 : (100 * node.bytes) / total}%`;
  bar.style.backgroundColor = colourOf(node, shown.colours, palette).fill;
  const isPackage = node.path === "";
  const owner = isPackage ? packageOf(node, shown) : undefined;
  const group = groupName(node, shown);
  return element(
    "div",
    {
      id: `row-${at}`,
      class: `row${isDim ? " dim" : ""}${isSelected ? " selected" : ""}`,
      role: "row",
      "aria-rowindex": String(at + 2),
      "aria-selected": String(isSelected),
      title: isPackage ? node.name : node.path,
    },
    cell(
      "name",
      icon(pictureOf(node)),
      element("span", { class: "text" }, node.name),
      ...(owner ? [element("span", { class: "text version muted" }, owner.version)] : []),
    ),
    exactCell("bytes", node.bytes),
    cell(
      "share",
      element("span", { class: "track" }, bar),
      element("span", {}, formatShare(node.bytes, total)),
    ),
    cell(
      "group",
      ...(group === ""
        ? []
        : [
            swatch(colourOf(node, groupColumn(shown), palette).fill),
            element("span", { class: "text" }, group),
          ]),
    ),
    cell("files", node.children ? node.files.toLocaleString("en") : ""),
  );
}

function pictureOf(node: SizeNode): IconName {
  if (node.path === "") return "package";
  return node.children ? "folder" : node.type === "symlink" ? "link" : "file";
}

function cell(name: string, ...content: readonly (Node | string)[]): HTMLElement {
  return element("div", { class: `cell ${name}`, role: "gridcell" }, ...content);
}

function exactCell(name: string, bytes: number): HTMLElement {
  const each = cell(name, formatBytes(bytes));
  each.title = `${bytes.toLocaleString("en")} bytes`;
  return each;
}
