import { iconButton } from "../../common/controls.ts";
import { element } from "../../common/element.ts";
import type { SizeNode } from "../model/sizeTree.ts";
import type { ShownBuild, Store } from "../store.ts";

/** The way from the root to the open folder; each step leads back to it. */
export function breadcrumbs(store: Store): HTMLElement {
  const up = iconButton("arrowUp", "Zoom out (Backspace)", () => store.openParent());
  const steps = element("ol");
  store.onChange(change => {
    if (change === "selection") return;
    const { shown } = store;
    up.setEnabled(shown?.folder.parent !== undefined);
    steps.replaceChildren(...(shown ? pathTo(shown.folder).map(node => step(node, shown, store)) : []));
    steps.classList.toggle("by-package", shown?.arrangement === "packages");
    steps.scrollLeft = steps.scrollWidth;
  });
  return element("nav", { class: "breadcrumbs", "aria-label": "Folder" }, up.element, steps);
}

function pathTo(folder: SizeNode): SizeNode[] {
  return folder.parent ? [...pathTo(folder.parent), folder] : [folder];
}

function step(node: SizeNode, { folder, arrangement }: ShownBuild, store: Store): HTMLElement {
  const root = arrangement === "packages" ? "All packages" : "/";
  const title = node.path === "" ? node.name : node.path;
  const name = element("button", { class: "step", title }, node.parent ? node.name : root);
  if (node === folder) name.setAttribute("aria-current", "true");
  name.addEventListener("click", () => store.open(node));
  return element("li", {}, name);
}
