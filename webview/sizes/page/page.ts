import { element } from "../../common/element.ts";
import { packagePanel } from "../packages/packagePanel.ts";
import { stagePanel } from "../stages/stagePanel.ts";
import type { Store } from "../store.ts";
import { breadcrumbs } from "./breadcrumbs.ts";
import { colourSwitch } from "./colourSwitch.ts";
import { details } from "./details.ts";
import { explorerView } from "./explorerView.ts";
import { header } from "./header.ts";
import { legend } from "./legend.ts";
import { nothingShown } from "./nothingShown.ts";
import { notices } from "./notices.ts";
import { searchBar } from "./searchBar.ts";
import type { SizesHost } from "./sizesHost.ts";
import { viewSwitch } from "./viewSwitch.ts";

/** Puts the page together. */
export function fillPage(app: HTMLElement, store: Store, host: SizesHost): void {
  const search = searchBar(store);
  const nothing = nothingShown(store, host);
  const content = mainContent(store, host, search.element);
  const showPart = () => {
    content.hidden = store.shown === undefined;
  };
  // First: the other listeners measure the space they have.
  store.onChange(showPart);
  app.append(header(store, host), notices(store, host), nothing, content);
  showPart();
  document.addEventListener("keydown", event => {
    if (event.altKey && event.key === "ArrowLeft") store.back();
    else if ((event.ctrlKey || event.metaKey) && event.key === "f") search.focus();
    else return;
    event.preventDefault();
  });
}

function mainContent(store: Store, host: SizesHost, search: HTMLElement): HTMLElement {
  const toolbar = element("div", { class: "toolbar" }, breadcrumbs(store), search, viewSwitch(store));
  const explorer = element(
    "section",
    { class: "explorer", "aria-label": "Files" },
    toolbar,
    element("div", { class: "key-row" }, colourSwitch(store), legend(store)),
    explorerView(store),
    details(store, host),
  );
  return element("main", {}, explorer, stagePanel(store), packagePanel(store));
}
