import { formatBytes } from "../../src/shared/bytes.ts";
import type { InspectionPage } from "../../src/shared/inspectionPage.ts";
import type { InspectorState } from "../../src/shared/protocol/inspector.ts";
import { button } from "../common/controls.ts";
import { element } from "../common/element.ts";
import { factList, factRow } from "./factList.ts";
import type { InspectorHost } from "./inspectorHost.ts";
import { partGroup } from "./partGroup.ts";
import { segmentColours } from "./segmentColours.ts";
import { sizeBar } from "./sizeBar.ts";

/** What an image holds: in a few lines, as a bar of its parts, and part by part. */
export function imagePage(
  page: InspectionPage,
  { file, firmware }: InspectorState,
  sha256: string | undefined,
  host: InspectorHost,
): HTMLElement {
  const colours = segmentColours(page.map);
  const copy = (text: string): void => host.send("copy", { text });
  return element(
    "main",
    { "aria-label": page.title },
    element(
      "header",
      {},
      element(
        "div",
        { class: "summary" },
        element("h1", {}, file),
        element("span", { class: "title" }, page.title),
        element(
          "span",
          { class: "muted", title: `${page.bytes.toLocaleString("en")} bytes` },
          formatBytes(page.bytes),
        ),
      ),
      actions(firmware, host),
    ),
    factList(page.facts, copy, sha256Fact(sha256, host)),
    ...(page.map ? [sizeBar(page.map, colours)] : []),
    ...page.groups.map(group => partGroup(group, page.map, colours, copy)),
  );
}

function actions(firmware: InspectorState["firmware"], host: InspectorHost): HTMLElement {
  const isChoice = firmware.length > 1;
  const boots = firmware.map((each, index) => {
    const label = isChoice ? `Boot by ${each === "bios" ? "BIOS" : "UEFI"}` : "Boot";
    const send = (): void => host.send("boot", { firmware: each });
    return button(label, index === 0 ? "primary" : "secondary", send).element;
  });
  const reveal = button("Reveal", "secondary", () => host.send("reveal", null)).element;
  return element("div", { class: "actions" }, ...boots, reveal);
}

/** The row of the whole file's sha256, which comes after the rest. */
export function sha256Fact(sha256: string | undefined, host: InspectorHost): HTMLElement {
  const fact = { name: "sha256", value: sha256 ?? "being computed …", isCode: sha256 !== undefined };
  return element("div", { class: "sha256" }, ...factRow(fact, text => host.send("copy", { text })));
}
