import { formatBytes } from "../../src/shared/bytes.ts";
import type { SizeMap } from "../../src/shared/inspectionPage.ts";
import { element } from "../common/element.ts";
import { formatShare } from "../sizes/model/share.ts";

/** One bar for the whole image, a piece for each part, with a key below; screen readers hear the key. */
export function sizeBar(
  { title, total, segments }: SizeMap,
  colours: ReadonlyMap<string, string>,
): HTMLElement {
  const pieces = segments.map(({ name, bytes }) => {
    const piece = element("span", { title: `${name}: ${formatBytes(bytes)}, ${formatShare(bytes, total)}` });
    piece.style.flexGrow = String(bytes / total);
    piece.style.backgroundColor = colours.get(name) ?? "";
    return piece;
  });
  const keys = segments.map(({ name, bytes }) =>
    element(
      "li",
      {},
      swatch(colours.get(name)),
      element("span", { class: "name" }, name),
      element("span", { class: "muted" }, `${formatBytes(bytes)} · ${formatShare(bytes, total)}`),
    ),
  );
  return element(
    "section",
    { class: "map", "aria-label": `${title}, ${formatBytes(total)}` },
    element("div", { class: "bar", "aria-hidden": "true" }, ...pieces),
    element("ul", {}, ...keys),
  );
}

/** A small square of a colour. */
export function swatch(colour: string | undefined): HTMLElement {
  const square = element("span", { class: "swatch", "aria-hidden": "true" });
  if (colour === undefined) square.classList.add("none");
  else square.style.backgroundColor = colour;
  return square;
}
