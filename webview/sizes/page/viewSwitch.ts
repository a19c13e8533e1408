import { iconButton } from "../../common/controls.ts";
import { element } from "../../common/element.ts";
import type { Store } from "../store.ts";

/** Switches between the treemap and the table of the open folder. */
export function viewSwitch(store: Store): HTMLElement {
  const treemap = iconButton("treemap", "Show as treemap", () => store.choose({ view: "treemap" }));
  const table = iconButton("table", "Show as table", () => store.choose({ view: "table" }));
  const update = () => {
    treemap.setPressed(store.choice.view === "treemap");
    table.setPressed(store.choice.view === "table");
  };
  store.onChange(change => {
    if (change === "choice") update();
  });
  update();
  return element(
    "div",
    { class: "view-switch", role: "group", "aria-label": "View" },
    treemap.element,
    table.element,
  );
}
