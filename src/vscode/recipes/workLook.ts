import * as vscode from "vscode";
import { formatBytes } from "../../shared/bytes.ts";
import type { StageReport } from "../../shared/report.ts";
import type { WorkState } from "../builds/buildProgress.ts";

export const errorIcon = new vscode.ThemeIcon("error", new vscode.ThemeColor("problemsErrorIcon.foreground"));

/** The icon of a stage or output while it is built or after it failed. */
export function stateIcon(state: WorkState | undefined): vscode.ThemeIcon | undefined {
  if (!state) return undefined;
  if (state.kind === "waiting") return new vscode.ThemeIcon("circle-outline");
  if (state.kind === "running") return new vscode.ThemeIcon("loading~spin");
  if (state.kind === "done") return new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed"));
  return errorIcon;
}

/** What is said beside it then. */
export function stateText(state: WorkState | undefined): string | undefined {
  if (!state) return undefined;
  if (state.kind === "waiting") return "waiting";
  if (state.kind === "failed") return state.message;
  if (state.kind === "running")
    return state.percent === undefined ? (state.line ?? "running") : `${state.percent} %`;
  if (state.stage) return stageCost(state.stage);
  return state.cached ? "cached" : `${state.seconds.toFixed(1)} s`;
}

/** What a stage cost in bytes and time. */
export function stageCost({ addedBytes, removedBytes, cached, seconds }: StageReport): string {
  const added = addedBytes > 0 ? `+${formatBytes(addedBytes)}` : "";
  const removed = removedBytes > 0 ? `−${formatBytes(removedBytes)}` : "";
  return [added, removed, cached ? "cached" : `${seconds.toFixed(1)} s`].filter(Boolean).join("  ");
}

/** A failure in full: what happened, what to do, and the words of the tool or machine, if any. */
export function failureTooltip(
  message: string,
  advice: string | undefined,
  tail = "",
): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const [first = "", ...further] = message.split("\n");
  text.appendText(first);
  const rest = [further.join("\n"), tail].filter(each => each.trim() !== "").join("\n");
  if (advice) text.appendText(`\n\n${advice}`);
  if (rest) text.appendMarkdown("\n\n").appendCodeblock(rest.trimEnd(), "text");
  return text;
}
