import { formatBytes } from "../../../src/shared/bytes.ts";
import type { OutputSizes } from "../../../src/shared/protocol/sizes.ts";
import { button } from "../../common/controls.ts";
import { element } from "../../common/element.ts";
import { icon } from "../../common/icons.ts";
import { formatCount } from "../model/share.ts";
import type { Store } from "../store.ts";
import type { SizesHost } from "./sizesHost.ts";

/** What is shown: the recipe, its total, what was made of it. */
export function header(store: Store, host: SizesHost): HTMLElement {
  const name = element("h1");
  const total = element("span", { class: "total" });
  const facts = element("span", { class: "muted" });
  const outputs = element("ul", { class: "outputs", "aria-label": "Outputs" });
  const build = button("Build", "secondary", () => host.send("build", null));
  const recipe = button("Open Recipe", "secondary", () => host.send("openRecipe", null));
  const actions = element("div", { class: "actions" }, build.element, recipe.element);
  const update = () => {
    const { state, shown } = store;
    // Without a build the page itself offers them.
    actions.hidden = !shown;
    name.textContent = state.recipe;
    total.textContent = shown ? formatBytes(shown.tree.root.bytes) : "";
    total.title = shown ? `${shown.tree.root.bytes.toLocaleString("en")} bytes of file content` : "";
    facts.textContent = shown
      ? `in ${formatCount(shown.built.files, "file")} · built ${ago(shown.built.builtAt)}`
      : "";
    facts.title = shown ? new Date(shown.built.builtAt).toLocaleString() : "";
    outputs.replaceChildren(...(shown?.built.outputs ?? []).map(output => outputItem(output, host)));
    outputs.hidden = !shown || shown.built.outputs.length === 0;
    build.setEnabled(state.phase !== "building" && state.phase !== "loading");
  };
  store.onChange(change => {
    if (change === "data") update();
  });
  // "3 min ago" grows old on its own.
  setInterval(update, 60_000);
  return element("header", {}, element("div", { class: "summary" }, name, total, facts), actions, outputs);
}

function outputItem(output: OutputSizes, host: SizesHost): HTMLElement {
  const { bytes, packedBytes } = output;
  const packed = packedBytes === undefined ? "" : ` → ${formatBytes(packedBytes)}`;
  const chip = element(
    "button",
    {
      class: "chip",
      title: `${output.path}\n${output.bytes.toLocaleString("en")} bytes. Click to show the file.`,
    },
    icon("output"),
    element("span", {}, output.name === output.kind ? output.name : `${output.name} (${output.kind})`),
    element("span", { class: "muted" }, `${formatBytes(bytes)}${packed}`),
  );
  chip.addEventListener("click", () => host.send("revealOutput", { path: output.path }));
  return element("li", {}, chip);
}

function ago(time: number): string {
  const minutes = Math.floor((Date.now() - time) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `on ${new Date(time).toLocaleDateString()}`;
}
