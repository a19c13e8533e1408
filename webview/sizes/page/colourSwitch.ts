import { element } from "../../common/element.ts";
import type { Store } from "../store.ts";
import type { ViewChoice } from "../viewChoice.ts";

/** Chooses what the colours stand for; only where something is known of packages. */
export function colourSwitch(store: Store): HTMLElement {
  const choices = (["stage", "package"] as const).map(colours => ({ colours, face: face(colours, store) }));
  const group = element(
    "div",
    { class: "colour-switch", role: "group", "aria-label": "Colours", hidden: true },
    ...choices.map(({ face }) => face),
  );
  store.onChange(change => {
    const { shown } = store;
    if (change === "selection" || !shown) return;
    group.hidden = shown.packages.length === 0;
    for (const { colours, face } of choices)
      face.setAttribute("aria-pressed", String(shown.colours === colours));
  });
  return group;
}

function face(colours: ViewChoice["colours"], store: Store): HTMLElement {
  const button = element(
    "button",
    { class: "segment", title: `Colour and list by ${colours}` },
    colours === "stage" ? "Stages" : "Packages",
  );
  // A filter that can no longer be seen would only confuse.
  button.addEventListener("click", () => {
    if (store.shown?.colours !== colours) store.choose({ colours, stage: "", package: "" });
  });
  return button;
}
