import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import type { PackageRow } from "../model/packageRows.ts";
import { formatShare } from "../model/share.ts";
import { swatch } from "../page/legend.ts";
import type { Palette } from "../palette.ts";
import type { ShownBuild } from "../store.ts";

/** The packages as a table. The keyboard goes from name to name with the arrows; Tab leaves the table. */
export function packageList(
  shown: ShownBuild,
  palette: Palette,
  choose: (label: string) => void,
): HTMLElement {
  const { packages } = shown;
  const reached = Math.max(0, packages.indexOf(shown.package ?? ({} as PackageRow)));
  const table = element(
    "table",
    {},
    element(
      "caption",
      { class: "for-screen-readers" },
      "Packages, and the bytes and files of each in the image",
    ),
    element("thead", {}, element("tr", {}, ...["Package", "Files", "In image", "Share"].map(headCell))),
    element("tbody", {}, ...packages.map((row, at) => tableRow(row, shown, palette, choose, at === reached))),
  );
  table.addEventListener("keydown", event => moveFocus(event, table));
  return table;
}

function moveFocus(event: KeyboardEvent, table: HTMLElement): void {
  const buttons = [...table.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const last = buttons.length - 1;
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
  if (at < 0 || target === undefined) return;
  event.preventDefault();
  const next = buttons[Math.min(Math.max(target, 0), last)];
  for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
  next?.focus();
}

function tableRow(
  row: PackageRow,
  shown: ShownBuild,
  palette: Palette,
  choose: (label: string) => void,
  isReached: boolean,
): HTMLElement {
  const isChosen = row === shown.package;
  const button = element(
    "button",
    {
      "aria-pressed": String(isChosen),
      tabIndex: isReached ? 0 : -1,
      title: isChosen ? "Show all packages" : `Show only ${row.label}`,
    },
    swatch(palette.package(row.package).fill),
    element("span", { class: "text" }, row.label),
  );
  button.addEventListener("click", () => choose(row.label));
  const name = element("th", {}, button);
  if (row.version !== "") name.append(element("span", { class: "muted", title: row.version }, row.version));
  name.scope = "row";
  const bytes = element("td", { title: `${row.bytes.toLocaleString("en")} bytes` }, formatBytes(row.bytes));
  return element(
    "tr",
    { class: shown.package && !isChosen ? "dim" : "" },
    name,
    element("td", {}, row.files.toLocaleString("en")),
    bytes,
    element("td", {}, formatShare(row.bytes, shown.built.totalBytes)),
  );
}

function headCell(title: string): HTMLElement {
  const cell = element("th", {}, title);
  cell.scope = "col";
  return cell;
}
