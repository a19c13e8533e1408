import type { Fact } from "../../src/shared/inspectionPage.ts";
import { iconButton } from "../common/controls.ts";
import { element } from "../common/element.ts";

/** Names and values in two columns; what a machine reads can be copied. */
export function factList(
  facts: readonly Fact[],
  copy: (text: string) => void,
  ...more: readonly HTMLElement[]
): HTMLElement {
  const rows = facts.map(fact => element("div", {}, ...factRow(fact, copy)));
  return element("dl", { class: "facts" }, ...rows, ...more);
}

export function factRow({ name, value, isCode }: Fact, copy: (text: string) => void): HTMLElement[] {
  const text = isCode ? element("code", {}, value) : value;
  const more = isCode ? [iconButton("copy", `Copy ${name}`, () => copy(value)).element] : [];
  return [element("dt", {}, name), element("dd", {}, text, ...more)];
}
