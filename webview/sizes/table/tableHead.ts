import { element } from "../../common/element.ts";
import { icon } from "../../common/icons.ts";
import type { ShownBuild } from "../store.ts";
import { type Column, columns, groupColumn, type Sorting } from "./tableRows.ts";

function titleOf(column: Column, shown: ShownBuild): string {
  const isPackages = shown.arrangement === "packages" && shown.folder === shown.tree.root;
  switch (column) {
    case "name":
      return isPackages ? "Package" : "Name";
    case "bytes":
      return "Size";
    case "share":
      return isPackages ? "% of image" : "% of folder";
    case "group":
      return groupColumn(shown) === "stage" ? "Stage" : "Package";
    case "files":
      return "Files";
  }
}

/** The names of the columns; a click sorts by one, another click turns the order round. */
export class TableHead {
  readonly element = element("div", { class: "row head", role: "row", "aria-rowindex": "1" });
  readonly #onSort: (sorting: Sorting) => void;

  constructor(onSort: (sorting: Sorting) => void) {
    this.#onSort = onSort;
  }

  show(sorting: Sorting, shown: ShownBuild): void {
    const focused = columns.findIndex((_, at) => this.element.children[at]?.contains(document.activeElement));
    this.element.replaceChildren(
      ...columns.map(column => this.#cell(column, sorting, titleOf(column, shown))),
    );
    if (focused >= 0) this.element.children[focused]?.querySelector("button")?.focus();
  }

  #cell(column: Column, { by, isDescending }: Sorting, title: string): HTMLElement {
    const isSorted = by === column;
    const button = element(
      "button",
      {},
      title,
      ...(isSorted ? [icon(isDescending ? "arrowDown" : "arrowUp")] : []),
    );
    button.addEventListener("click", () => {
      // Names read from A, figures from the biggest.
      const isFigure = column !== "name" && column !== "group";
      this.#onSort({ by: column, isDescending: isSorted ? !isDescending : isFigure });
    });
    return element(
      "div",
      {
        class: `cell ${column}`,
        role: "columnheader",
        "aria-sort": isSorted ? (isDescending ? "descending" : "ascending") : "none",
      },
      button,
    );
  }
}
