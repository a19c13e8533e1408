import { element } from "../../common/element.ts";
import { icon } from "../../common/icons.ts";
import { type Column, columns, type Sorting } from "./tableRows.ts";

const titles: Readonly<Record<Column, string>> = {
  name: "Name",
  bytes: "Size",
  share: "% of folder",
  stage: "Stage",
  files: "Files",
};

/** The names of the columns; a click sorts by one, another click turns the order round. */
export class TableHead {
  readonly element = element("div", { class: "row head", role: "row", "aria-rowindex": "1" });
  readonly #onSort: (sorting: Sorting) => void;

  constructor(onSort: (sorting: Sorting) => void) {
    this.#onSort = onSort;
  }

  show(sorting: Sorting): void {
    const focused = columns.findIndex((_, at) => this.element.children[at]?.contains(document.activeElement));
    this.element.replaceChildren(...columns.map(column => this.#cell(column, sorting)));
    if (focused >= 0) this.element.children[focused]?.querySelector("button")?.focus();
  }

  #cell(column: Column, { by, isDescending }: Sorting): HTMLElement {
    const isSorted = by === column;
    const button = element(
      "button",
      {},
      titles[column],
      ...(isSorted ? [icon(isDescending ? "arrowDown" : "arrowUp")] : []),
    );
    button.addEventListener("click", () => {
      // Names and stages read from A, figures from the biggest.
      const isFigure = column !== "name" && column !== "stage";
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
