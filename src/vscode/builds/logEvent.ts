import type * as vscode from "vscode";
import type { BuildEvent } from "../../core/build/events.ts";
import { formatBytes } from "../../shared/bytes.ts";

/** Writes what matters of a build into the log channel. */
export function logEvent(log: vscode.LogOutputChannel, event: BuildEvent): void {
  if (event.type === "log") log.info(`${event.work.name}: ${event.line}`);
  else if (event.type === "started") log.info(`${event.work.name} …`);
  else if (event.type === "warning") log.warn(event.diagnostic.message);
  else if (event.type === "stage-finished") {
    const { name, cached, seconds, addedBytes, removedBytes } = event.stage;
    const time = cached ? "cached" : `${seconds.toFixed(2)} s`;
    log.info(`${name}: +${formatBytes(addedBytes)} −${formatBytes(removedBytes)}, ${time}`);
  } else if (event.type === "output-finished") {
    for (const { name, bytes, path } of event.outputs) log.info(`${name}: ${formatBytes(bytes)}, ${path}`);
  }
}
