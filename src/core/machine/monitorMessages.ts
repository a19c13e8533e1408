import { isObject } from "./jsonLines.ts";

/** What QEMU's monitor sends, as far as Whittle reads it. */
export type MonitorMessage =
  | { readonly type: "greeting" }
  | { readonly type: "return"; readonly id: number; readonly value: unknown }
  | { readonly type: "error"; readonly id: number | undefined; readonly reason: string }
  | { readonly type: "event"; readonly event: MonitorEvent };

/** A change that QEMU reports by itself; `name` as QMP writes it. */
export interface MonitorEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads one line of the monitor; undefined when it is none that QMP knows. */
export function readMonitorMessage(message: unknown): MonitorMessage | undefined {
  if (!isObject(message)) return undefined;
  if (isObject(message["QMP"])) return { type: "greeting" };
  const { event, data, id, error } = message;
  if (typeof event === "string")
    return { type: "event", event: { name: event, data: isObject(data) ? data : {} } };
  const known = typeof id === "number" ? id : undefined;
  if (isObject(error)) return { type: "error", id: known, reason: reasonOf(error) };
  if ("return" in message && known !== undefined)
    return { type: "return", id: known, value: message["return"] };
  return undefined;
}

function reasonOf(error: Readonly<Record<string, unknown>>): string {
  return typeof error["desc"] === "string" ? error["desc"] : "no reason given";
}

/** The answer to `query-status`, e.g. `running`, `paused`, `io-error`. */
export function readStatus(value: unknown): string | undefined {
  return isObject(value) && typeof value["status"] === "string" ? value["status"] : undefined;
}
