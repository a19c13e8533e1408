import { formatBytes } from "../../../src/shared/bytes.ts";
import { element } from "../../common/element.ts";
import { onThemeChange } from "../../common/theme.ts";
import { formatCount } from "../model/share.ts";
import { readPalette } from "../palette.ts";
import type { Store } from "../store.ts";
import { packageList } from "./packageList.ts";

/** Every package of the image with its size; a click on one shows only its files. */
export function packagePanel(store: Store): HTMLElement {
  const choose = (label: string) => {
    const isChosen = store.choice.package === label;
    store.choose({ package: isChosen ? "" : label, onlyMatches: !isChosen });
  };
  const summary = element("p", { class: "muted" });
  const holder = element("div", { class: "package-list" });
  const panel = element(
    "section",
    { class: "stages packages", "aria-label": "Size per package", hidden: true },
    element("h2", {}, "Size per package"),
    summary,
    holder,
  );
  const update = () => {
    const { shown } = store;
    if (!shown) return;
    panel.hidden = shown.colours !== "package";
    if (panel.hidden) return;
    const { packages, files, totalBytes } = shown.built;
    summary.textContent = [
      formatCount(packages.length, "package"),
      formatCount(files, "file"),
      formatBytes(totalBytes),
    ].join(" · ");
    const focused = holder.contains(document.activeElement);
    const { scrollTop } = panel;
    const list = packageList(shown, readPalette(), choose);
    holder.replaceChildren(list);
    panel.scrollTop = scrollTop;
    if (focused) list.querySelector<HTMLElement>('button[tabindex="0"]')?.focus();
  };
  store.onChange(change => {
    if (change !== "selection") update();
  });
  onThemeChange(update);
  return panel;
}
