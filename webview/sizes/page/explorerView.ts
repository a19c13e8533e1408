import { element } from "../../common/element.ts";
import type { Store } from "../store.ts";
import { FolderTable } from "../table/folderTable.ts";
import { Treemap } from "../treemap/treemap.ts";

/** The content of the open folder: as a treemap or as a table, or a word about why a treemap would be empty. */
export function explorerView(store: Store): HTMLElement {
  const view = element("div", { class: "view" });
  const nothing = element("p", { class: "no-bytes muted", hidden: true });
  const show = () => {
    const isTable = store.choice.view === "table";
    table.element.hidden = !isTable;
    treemap.element.hidden = isTable;
    const reason = isTable ? "" : reasonForNothing(store);
    nothing.hidden = reason === "";
    nothing.textContent = reason;
  };
  // Before treemap and table hear of a change: they measure the space they have.
  store.onChange(change => {
    if (change !== "selection") show();
  });
  const treemap = new Treemap(store);
  const table = new FolderTable(store);
  view.append(treemap.element, table.element, nothing);
  show();
  return view;
}

function reasonForNothing({ shown, choice }: Store): string {
  if (!shown) return "";
  const { folder, matches } = shown;
  if (folder.bytes === 0) return "Nothing in this folder takes any space.";
  const isFiltered = choice.onlyMatches && matches !== undefined;
  return isFiltered && matches.bytes[folder.id] === 0 ? "Nothing in this folder matches." : "";
}
