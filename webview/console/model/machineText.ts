import { formatBytes } from "../../../src/shared/bytes.ts";
import type { MachineSummary } from "../../../src/shared/protocol/console.ts";

export function isEnded(machine: MachineSummary): boolean {
  return machine.state === "stopped" || machine.state === "failed";
}

/** The state in words: `ready after 4.2 s`. */
export function stateText({ state, readySeconds }: MachineSummary): string {
  return state === "ready" && readySeconds !== undefined ? `ready after ${readySeconds.toFixed(1)} s` : state;
}

const grey = "\x1b[90m";
const inverse = "\x1b[7m";
const plain = "\x1b[0m";

/** The line that ends a console: why there will be no more output. */
export function endLine(machine: MachineSummary): string {
  if (machine.state === "stopped") return `\r\n${grey}── ${machine.name} has stopped ──${plain}\r\n`;
  const reason = [machine.message ?? "unknown reason", machine.advice ?? ""].join(" ").trim();
  return `\r\n${inverse} ${machine.name} failed ${plain} ${oneLine(reason)}\r\n`;
}

/** Stands for output that is missing at this place. */
export function skippedLine(bytes: number): string {
  return `\r\n${inverse} ${formatBytes(bytes)} skipped ${plain}${grey} The log file has them (Save Log).${plain}\r\n`;
}

// A reason may quote the console: no escape sequence in it may act here.
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ");
}
