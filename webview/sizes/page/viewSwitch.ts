import { iconButton } from "../../common/controls.ts";
import { element } from "../../common/element.ts";
import type { Store } from "../store.ts";

/** Switches between folders and packages on top, and between the treemap and the table of what is open. */
export function viewSwitch(store: Store): HTMLElement {
  const folders = iconButton("folder", "Arrange by folder", () => store.arrange("folders"));
  const packages = iconButton("package", "Arrange by package", () => store.arrange("packages"));
  const treemap = iconButton("treemap", "Show as treemap", () => store.choose({ view: "treemap" }));
  const table = iconButton("table", "Show as table", () => store.choose({ view: "table" }));
  const arrangement = element(
    "div",
    { class: "view-switch", role: "group", "aria-label": "Arrangement", hidden: true },
    folders.element,
    packages.element,
  );
  const update = () => {
    const { shown, choice } = store;
    arrangement.hidden = !shown || shown.packages.length === 0;
    folders.setPressed(shown?.arrangement !== "packages");
    packages.setPressed(shown?.arrangement === "packages");
    treemap.setPressed(choice.view === "treemap");
    table.setPressed(choice.view === "table");
  };
  store.onChange(change => {
    if (change !== "selection") update();
  });
  update();
  const view = element(
    "div",
    { class: "view-switch", role: "group", "aria-label": "View" },
    treemap.element,
    table.element,
  );
  return element("div", { class: "view-switches" }, arrangement, view);
}
