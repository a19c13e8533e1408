import "../common/common.css";
import "./inspector.css";
import type { InspectorState } from "../../src/shared/protocol/inspector.ts";
import { appRoot } from "../common/element.ts";
import { onThemeChange } from "../common/theme.ts";
import { imagePage, sha256Fact } from "./imagePage.ts";
import { connectInspectorHost } from "./inspectorHost.ts";
import { unreadable } from "./unreadable.ts";

const host = connectInspectorHost();
const app = appRoot();
let state: InspectorState | undefined;
let sha256: string | undefined;

/** Drawn anew, the page stays where the person was. */
function draw(): void {
  if (!state) return;
  const top = app.scrollTop;
  const open = folds().map(each => each.open);
  app.replaceChildren(state.page ? imagePage(state.page, state, sha256, host) : unreadable(state, host));
  const now = folds();
  if (now.length === open.length) for (const [index, each] of now.entries()) each.open = open[index] ?? false;
  app.scrollTop = top;
}

function folds(): HTMLDetailsElement[] {
  return [...app.querySelectorAll("details")];
}

function receive(next: InspectorState): void {
  state = next;
  sha256 = undefined;
  draw();
}

host.on("state", receive);
host.on("sha256", digest => {
  sha256 = digest;
  app.querySelector(".sha256")?.replaceWith(sha256Fact(digest, host));
});
onThemeChange(draw);

host.request("state", null, { timeout: 120_000 }).then(receive, (error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  if (!state) receive({ file: "The image", problem: { message }, firmware: [] });
});
