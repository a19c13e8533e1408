import { progressRing } from "../../common/controls.ts";
import { element } from "../../common/element.ts";
import { type Action, actionRow } from "../../common/emptyState.ts";
import { icon } from "../../common/icons.ts";
import type { Store } from "../store.ts";
import type { SizesHost } from "./sizesHost.ts";

/** Rows above a build that is shown although it is not the whole truth: stale, building anew, failed since. */
export function notices(store: Store, host: SizesHost): HTMLElement {
  const rows = element("div", { class: "notices", role: "status" });
  const openRecipe: Action = {
    label: "Open Recipe",
    kind: "secondary",
    run: () => host.send("openRecipe", null),
  };
  const build: Action = { label: "Build", kind: "primary", run: () => host.send("build", null) };
  store.onChange(change => {
    if (change !== "data") return;
    const { state, shown } = store;
    const problem = state.problem;
    rows.replaceChildren();
    if (!shown) return;
    if (state.phase === "building") {
      rows.append(
        notice(
          "info",
          progressRing("Building"),
          "Building. The sizes below are those of the last build.",
          [],
        ),
      );
    } else if (state.phase === "failed" && problem) {
      const advice = problem.advice ? ` ${problem.advice}` : "";
      const text = `The last build failed: ${problem.message}${advice} The sizes below are those of the build before.`;
      rows.append(notice("error", icon("error"), text, [openRecipe]));
    } else if (state.stale !== undefined) {
      rows.append(notice("warning", icon("warning"), state.stale, [build]));
    }
  });
  return rows;
}

function notice(kind: string, picture: Node, text: string, actions: readonly Action[]): HTMLElement {
  return element(
    "div",
    { class: `notice ${kind}` },
    picture,
    element("span", { class: "text" }, text),
    actionRow(actions),
  );
}
