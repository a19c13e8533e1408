import { element } from "../../common/element.ts";
import { onThemeChange } from "../../common/theme.ts";
import type { SizeNode } from "../model/sizeTree.ts";
import { readPalette } from "../palette.ts";
import type { ShownBuild, Store } from "../store.ts";
import { TableHead } from "./tableHead.ts";
import { rowHeight, tableRow } from "./tableRow.ts";
import { type Sorting, tableRows } from "./tableRows.ts";

/** The open folder as a table: any number of rows, of which only those in sight have elements. */
export class FolderTable {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #head: TableHead;
  readonly #body = element("div", { class: "rows", role: "rowgroup" });
  readonly #spacer = element("div", { class: "spacer" });
  readonly #scroller: HTMLElement;
  readonly #none = element("p", { class: "none muted" });
  #sorting: Sorting = { by: "bytes", isDescending: true };
  #rows: SizeNode[] = [];
  #palette = readPalette();

  constructor(store: Store) {
    this.#store = store;
    this.#head = new TableHead(sorting => {
      this.#sorting = sorting;
      this.#show();
    });
    this.#scroller = element(
      "div",
      { class: "scroller", role: "none" },
      this.#spacer,
      this.#body,
      this.#none,
    );
    this.element = element(
      "div",
      { class: "folder-table", role: "grid", tabIndex: 0 },
      this.#head.element,
      this.#scroller,
    );
    this.element.tabIndex = 0;
    this.#scroller.addEventListener("scroll", () => this.#drawVisible());
    this.element.addEventListener("keydown", event => this.#onKey(event));
    store.onChange(change => (change === "selection" ? this.#drawVisible() : this.#show()));
    onThemeChange(() => {
      this.#palette = readPalette();
      this.#drawVisible();
    });
    new ResizeObserver(() => this.#drawVisible()).observe(this.#scroller);
  }

  #show(): void {
    const { shown, choice } = this.#store;
    if (!shown || choice.view !== "table") return;
    this.#rows = tableRows(shown, choice.onlyMatches, this.#sorting);
    this.#head.show(this.#sorting, shown);
    this.#spacer.style.height = `${this.#rows.length * rowHeight}px`;
    this.#none.hidden = this.#rows.length > 0;
    this.#none.textContent =
      shown.folder.children?.length === 0 ? "This folder is empty." : "Nothing here matches.";
    this.element.setAttribute(
      "aria-label",
      `Content of ${shown.folder.path === "" ? shown.folder.name : shown.folder.path}`,
    );
    this.element.setAttribute("aria-rowcount", String(this.#rows.length + 1));
    this.#keepSelectionInSight();
    this.#drawVisible();
  }

  #drawVisible(): void {
    const { shown, choice } = this.#store;
    if (!shown || choice.view !== "table") return;
    const first = Math.max(0, Math.floor(this.#scroller.scrollTop / rowHeight) - 5);
    const count = Math.ceil(this.#scroller.clientHeight / rowHeight) + 10;
    const visible = this.#rows.slice(first, first + count);
    this.#body.style.transform = `translateY(${first * rowHeight}px)`;
    this.#body.replaceChildren(...visible.map((node, at) => this.#row(node, first + at, shown)));
    const selectedAt = this.#selectedAt();
    const isInSight = selectedAt >= first && selectedAt < first + visible.length;
    if (isInSight) this.element.setAttribute("aria-activedescendant", `row-${selectedAt}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #row(node: SizeNode, at: number, shown: ShownBuild): HTMLElement {
    const isDim = shown.matches !== undefined && shown.matches.counts[node.id] === 0;
    const isSelected = node === shown.selected;
    const total = node.parent?.bytes ?? node.bytes;
    const row = tableRow({ node, at, total, isDim, isSelected, palette: this.#palette, shown });
    row.addEventListener("click", () => this.#store.select(node));
    row.addEventListener("dblclick", () => {
      if (node.children) this.#store.open(node);
    });
    return row;
  }

  #selectedAt(): number {
    const selected = this.#store.shown?.selected;
    return selected ? this.#rows.indexOf(selected) : -1;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#selectedAt();
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / rowHeight) - 1);
    const target = {
      ArrowDown: at + 1,
      ArrowUp: Math.max(at - 1, 0),
      PageDown: at + page,
      PageUp: Math.max(at - page, 0),
      Home: 0,
      End: this.#rows.length - 1,
    }[event.key];
    if (target !== undefined) {
      this.#store.select(this.#rows[Math.min(target, this.#rows.length - 1)]);
      this.#keepSelectionInSight();
    } else if (event.key === "Enter") {
      const node = this.#rows[at];
      if (node?.children) this.#store.open(node);
    } else if (event.key === "Backspace" || event.key === "Escape") {
      this.#store.openParent();
    } else {
      return;
    }
    event.preventDefault();
  }

  #keepSelectionInSight(): void {
    const at = this.#selectedAt();
    const top = at * rowHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    if (at < 0) this.#scroller.scrollTop = 0;
    else if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight)
      this.#scroller.scrollTop = top + rowHeight - clientHeight;
  }
}
