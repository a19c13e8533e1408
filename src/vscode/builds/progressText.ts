import type { BuildEvent } from "../../core/build/events.ts";
import { formatBytes } from "../../shared/bytes.ts";

/** What an event of a build says in a line of a notification; undefined when it is not worth one. */
export function progressText(event: BuildEvent): string | undefined {
  if (event.type === "started") return event.work.name;
  if (event.type === "log") return `${event.work.name}: ${event.line}`;
  if (event.type === "progress") {
    const text = event.unit === "bytes" ? formatBytes : (count: number) => `${count} ${event.unit}`;
    const of = event.total === undefined ? "" : ` of ${text(event.total)}`;
    return `${event.work.name}: ${text(event.done)}${of}`;
  }
  return undefined;
}
