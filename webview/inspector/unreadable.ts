import type { InspectorState } from "../../src/shared/protocol/inspector.ts";
import { emptyState } from "../common/emptyState.ts";
import { icon } from "../common/icons.ts";
import type { InspectorHost } from "./inspectorHost.ts";

/** Takes the place of the page for a file that cannot be looked into: why, and what else could show it. */
export function unreadable({ file, problem }: InspectorState, host: InspectorHost): HTMLElement {
  const text = [problem?.message, problem?.advice].filter(Boolean).join(" ");
  return emptyState(
    `${file} cannot be shown`,
    text,
    [{ label: "Open With…", kind: "secondary", run: () => host.send("openWith", null) }],
    icon("warning"),
  );
}
