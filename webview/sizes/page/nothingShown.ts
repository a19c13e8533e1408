import { progressRing } from "../../common/controls.ts";
import { element } from "../../common/element.ts";
import { type Action, emptyState } from "../../common/emptyState.ts";
import type { Store } from "../store.ts";
import type { SizesHost } from "./sizesHost.ts";

/** Takes the place of the page's content while there is no build to show: why, and what to do. */
export function nothingShown(store: Store, host: SizesHost): HTMLElement {
  const holder = element("div", { class: "nothing", role: "status" });
  const build: Action = { label: "Build", kind: "primary", run: () => host.send("build", null) };
  const openRecipe: Action = {
    label: "Open Recipe",
    kind: "secondary",
    run: () => host.send("openRecipe", null),
  };
  const content = (): HTMLElement => {
    const { state } = store;
    switch (state.phase) {
      case "loading":
        return emptyState("Reading the last build…", "", [], progressRing("Loading"));
      case "building":
        return emptyState(
          `Building ${state.recipe}…`,
          "The sizes appear when it is done.",
          [],
          progressRing("Building"),
        );
      case "failed": {
        const { message = "", advice = "" } = state.problem ?? {};
        return emptyState(`${state.recipe} could not be built`, `${message} ${advice}`.trim(), [
          openRecipe,
          build,
        ]);
      }
      default:
        return emptyState(
          `${state.recipe} has not been built yet`,
          "Build it to see what takes the space in its image, file by file and stage by stage.",
          [build, openRecipe],
        );
    }
  };
  const update = () => {
    holder.hidden = store.shown !== undefined;
    if (!holder.hidden) holder.replaceChildren(content());
  };
  store.onChange(change => {
    if (change === "data") update();
  });
  update();
  return holder;
}
