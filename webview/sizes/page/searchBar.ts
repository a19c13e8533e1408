import { formatBytes } from "../../../src/shared/bytes.ts";
import { checkbox, searchField } from "../../common/controls.ts";
import { element } from "../../common/element.ts";
import { formatCount } from "../model/share.ts";
import type { Store } from "../store.ts";

/** Finds entries by path and package: what does not match is dimmed, or left out on demand; matches are counted and summed. */
export function searchBar(store: Store): { readonly element: HTMLElement; focus(): void } {
  const field = searchField("Search paths, packages (* ?)", query => store.choose({ query }));
  const found = element("span", { class: "found muted", role: "status" });
  const only = checkbox("Only matches", onlyMatches => store.choose({ onlyMatches }));
  field.element.addEventListener("keydown", event => {
    if (event.key !== "Escape" || field.value === "") return;
    event.stopPropagation();
    field.setValue("");
    store.choose({ query: "" });
  });
  store.onChange(change => {
    if (change === "selection") return;
    const { shown, choice } = store;
    if (field.value !== choice.query) field.setValue(choice.query);
    const matches = shown?.matches;
    found.textContent = matches
      ? `${formatCount(matches.counts[0] ?? 0, "match").replace(/matchs$/, "matches")} · ${formatBytes(matches.bytes[0] ?? 0)}`
      : "";
    only.setChecked(choice.onlyMatches);
    only.setEnabled(matches !== undefined);
  });
  return {
    element: element("div", { class: "search" }, field.element, only.element, found),
    focus: () => field.focus(),
  };
}
