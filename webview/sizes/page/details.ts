import { formatBytes } from "../../../src/shared/bytes.ts";
import { iconButton } from "../../common/controls.ts";
import { element } from "../../common/element.ts";
import { packageTitle } from "../model/packageRows.ts";
import { formatCount, formatShare } from "../model/share.ts";
import type { SizeNode } from "../model/sizeTree.ts";
import { packageOf, stageOf } from "../shownBuild.ts";
import type { ShownBuild, Store } from "../store.ts";
import type { SizesHost } from "./sizesHost.ts";

/** The line at the foot: the selected entry, or the open folder. Screen readers hear it change. */
export function details(store: Store, host: SizesHost): HTMLElement {
  const path = element("span", { class: "path" });
  const facts = element("span", { class: "facts", "aria-live": "polite" });
  const hint = element(
    "span",
    { class: "hint muted" },
    "Double-click or Enter zooms in, Backspace zooms out",
  );
  const subject = () => store.shown?.selected ?? store.shown?.folder;
  const copy = iconButton("copy", "Copy path", () => {
    const node = subject();
    if (node) host.send("copy", { text: titleOf(node) });
  });
  store.onChange(() => {
    const { shown } = store;
    const node = subject();
    if (!shown || !node) return;
    const isAll = shown.arrangement === "packages" && !node.parent;
    path.textContent = isAll ? "All packages" : titleOf(node);
    path.title = path.textContent;
    facts.textContent = factsOf(node, shown);
    hint.hidden = shown.selected !== undefined;
  });
  return element("footer", { class: "details" }, copy.element, path, facts, hint);
}

/** The path; of a package its name. */
function titleOf(node: SizeNode): string {
  return node.path === "" ? node.name : node.path;
}

function factsOf(node: SizeNode, shown: ShownBuild): string {
  const { tree } = shown;
  const stage = stageOf(node, shown);
  const owner = packageOf(node, shown);
  const isLeaf = !node.children;
  return [
    formatBytes(node.bytes),
    ...(node.parent?.parent ? [`${formatShare(node.bytes, node.parent.bytes)} of ${node.parent.name}`] : []),
    ...(node.parent ? [`${formatShare(node.bytes, tree.root.bytes)} of the image`] : []),
    ...(node.children ? [formatCount(node.files, "file")] : node.type === "file" ? [] : [node.type]),
    ...(stage && isLeaf ? [`stage ${stage.name}`] : []),
    ...(owner && isLeaf ? [`package ${packageTitle(owner)}`] : []),
    ...(owner && node.path === "" && owner.label === node.name ? [`version ${owner.version}`] : []),
  ].join(" · ");
}
