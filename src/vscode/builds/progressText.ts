import type { BuildEvent } from "../../core/build/events.ts";
import { formatBytes } from "../../shared/bytes.ts";

/** What an event of a build says in a line of a notification; undefined when it is not worth one. */
export function progressText(event: BuildEvent): string | undefined {
  if (event.type === "started") return event.work.name;
  if (event.type === "log") return `${event.work.name}: ${event.line}`;
  if (event.type === "progress") {
    const { done, total, unit } = event;
    const [size, name] = unit === "bytes" ? [formatBytes, ""] : [String, ` ${unit}`];
    return `${event.work.name}: ${size(done)}${total === undefined ? "" : ` of ${size(total)}`}${name}`;
  }
  return undefined;
}
