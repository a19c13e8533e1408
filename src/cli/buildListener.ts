import type { BuildEvent, BuildListener } from "../core/build/events.ts";
import { formatBytes } from "../shared/bytes.ts";
import type { CommonOptions } from "./commonOptions.ts";
import { writeJson } from "./json.ts";
import { printDiagnostic } from "./printError.ts";

export interface Listening {
  readonly onEvent: BuildListener;
  /** Takes away the progress line. */
  end(): void;
}

/** Shows a build's events: as JSON lines, as one progress line that rewrites itself, or as plain lines. */
export function buildListener(options: CommonOptions): Listening {
  if (options.json) return { onEvent: jsonLine, end: () => undefined };
  return process.stderr.isTTY ? progressLine() : { onEvent: plainLine, end: () => undefined };
}

// The result itself is printed by the command, and so is a failure.
function jsonLine(event: BuildEvent): void {
  if (event.type !== "finished" && event.type !== "failed") writeJson(event);
}

function plainLine(event: BuildEvent): void {
  if (event.type === "started") process.stderr.write(`${event.work.name} …\n`);
  else if (event.type === "log") process.stderr.write(`${event.work.name}: ${event.line}\n`);
  else if (event.type === "warning") printDiagnostic(event.diagnostic);
}

function progressLine(): Listening {
  const running = new Map<string, string>();
  let shown = false;
  const clear = (): void => {
    if (shown) process.stderr.write("\r\x1b[K");
    shown = false;
  };
  const show = (): void => {
    const text = [...running].map(([name, progress]) => `${name}${progress}`).join("  ");
    const width = (process.stderr.columns ?? 80) - 1;
    process.stderr.write(`\r\x1b[K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
    shown = true;
  };
  return {
    onEvent(event) {
      if (event.type === "started") running.set(event.work.name, "");
      else if (event.type === "progress") running.set(event.work.name, ` ${amount(event)}`);
      else if (event.type === "log") running.set(event.work.name, `: ${event.line}`);
      else if (event.type === "stage-finished" || event.type === "output-finished")
        running.delete(event.work.name);
      else if (event.type === "warning") {
        clear();
        printDiagnostic(event.diagnostic);
      } else return;
      show();
    },
    end: clear,
  };
}

function amount(event: Extract<BuildEvent, { type: "progress" }>): string {
  if (event.total !== undefined && event.total > 0)
    return `${Math.floor((100 * event.done) / event.total)} %`;
  return event.unit === "bytes" ? formatBytes(event.done) : `${event.done} items`;
}
