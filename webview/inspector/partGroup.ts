import { formatBytes } from "../../src/shared/bytes.ts";
import type { Part, PartGroup, SizeMap } from "../../src/shared/inspectionPage.ts";
import { iconButton } from "../common/controls.ts";
import { element } from "../common/element.ts";
import { formatShare } from "../sizes/model/share.ts";
import { factList } from "./factList.ts";
import { swatch } from "./sizeBar.ts";

// Longer texts are folded: a table of revocations is not what people came for.
const mostLines = 8;

/** The parts of one kind, each a row that unfolds where there is more to see. */
export function partGroup(
  { title, note, parts }: PartGroup,
  map: SizeMap | undefined,
  colours: ReadonlyMap<string, string>,
  copy: (text: string) => void,
): HTMLElement {
  const rows = parts.map(part => {
    const share = part.bytes === undefined || !map ? "" : formatShare(part.bytes, map.total);
    return partRow(part, colours.get(part.name), share, copy);
  });
  return element(
    "section",
    { class: "group" },
    element("h2", {}, title),
    ...(note ? [element("p", { class: "muted" }, note)] : []),
    element("ul", {}, ...rows),
  );
}

function partRow(
  part: Part,
  colour: string | undefined,
  share: string,
  copy: (text: string) => void,
): HTMLElement {
  const { name, about = "", bytes, facts = [], text } = part;
  const cells = [
    swatch(colour),
    element("span", { class: "name", title: name }, name),
    element("span", { class: "about muted" }, about),
    element(
      "span",
      { class: "size", title: bytes === undefined ? "" : `${bytes.toLocaleString("en")} bytes` },
      bytes === undefined ? "" : formatBytes(bytes),
    ),
    element("span", { class: "share muted" }, share),
  ];
  if (facts.length === 0 && text === undefined) return element("li", { class: "row" }, ...cells);
  const isShort = text !== undefined && text.split("\n").length <= mostLines;
  const more = element(
    "details",
    {},
    element("summary", { class: "row" }, ...cells),
    ...(text === undefined ? [] : [textBlock(name, text, copy)]),
    factList(facts, copy),
  );
  more.open = isShort;
  return element("li", {}, more);
}

function textBlock(name: string, text: string, copy: (text: string) => void): HTMLElement {
  const button = iconButton("copy", `Copy the text of ${name}`, () => copy(text)).element;
  return element("div", { class: "text" }, element("pre", {}, text), button);
}
