import {
  type LooseEntry,
  type LooseItem,
  type LooseList,
  type LooseMap,
  type LooseText,
  type LooseValue,
  unquoted,
} from "./looseTree.ts";

/** Where a flow value may end at the latest: one that was never closed must not swallow the rest of the file. */
export interface FlowScan {
  readonly text: string;
  readonly limit: number;
  readonly column: number;
}

/** Reads a `{ … }`, `[ … ]` or scalar that begins at `at`; `end` is where reading goes on. */
export function scanFlow(scan: FlowScan, at: number): LooseValue {
  const opening = scan.text[at];
  if (opening === "{") return scanMap(scan, at);
  if (opening === "[") return scanList(scan, at);
  return scanText(scan, at);
}

function scanMap(scan: FlowScan, start: number): LooseMap {
  const entries: LooseEntry[] = [];
  const commas: number[] = [];
  let at = skipBlank(scan, start + 1);
  while (at < scan.limit && scan.text[at] !== "}" && scan.text[at] !== "]") {
    const before = at;
    if (scan.text[at] !== ",") {
      const entry = scanEntry(scan, at);
      entries.push(entry);
      at = entry.end;
    }
    at = skipBlank(scan, at);
    if (scan.text[at] === ",") {
      commas.push(at);
      at = skipBlank(scan, at + 1);
    }
    if (at === before) break;
  }
  return { type: "map", flow: true, column: scan.column, entries, commas, start, ...ending(scan, at) };
}

function scanEntry(scan: FlowScan, start: number): LooseEntry {
  const key = scanText(scan, start);
  const colonAt = skipSpaces(scan, key.end);
  const keySpan = { start, end: key.end };
  if (scan.text[colonAt] !== ":")
    return { key: unquoted(key.text), keySpan, colon: undefined, value: undefined, end: key.end };
  const colon = colonAt + 1;
  const valueAt = skipBlank(scan, colon);
  const isEmpty = valueAt >= scan.limit || /[,}\]]/.test(scan.text[valueAt] ?? "");
  const value = isEmpty ? undefined : scanFlow(scan, valueAt);
  return { key: unquoted(key.text), keySpan, colon, value, end: value?.end ?? colon };
}

function scanList(scan: FlowScan, start: number): LooseList {
  const items: LooseItem[] = [];
  const commas: number[] = [];
  let at = skipBlank(scan, start + 1);
  while (at < scan.limit && scan.text[at] !== "]" && scan.text[at] !== "}") {
    const before = at;
    if (scan.text[at] !== ",") {
      const value = scanFlow(scan, at);
      items.push({ start: at, value, end: value.end });
      at = value.end;
    }
    at = skipBlank(scan, at);
    if (scan.text[at] === ",") {
      commas.push(at);
      at = skipBlank(scan, at + 1);
    }
    if (at === before) break;
  }
  return { type: "list", flow: true, column: scan.column, items, commas, start, ...ending(scan, at) };
}

/** A quoted text, or plain words up to a comma, bracket or colon. */
function scanText({ text, limit }: FlowScan, start: number): LooseText {
  const quote = text[start];
  const rest = text.slice(start, limit);
  const pattern =
    quote === '"'
      ? /^"(?:[^"\\]|\\.)*"?/s
      : quote === "'"
        ? /^'(?:[^']|'')*'?/
        : /^(?:[^,[\]{}:\n#]|:(?![\s,[\]{}]|$)|(?<=\S)#)+/;
  const found = (pattern.exec(rest)?.[0] ?? "").trimEnd();
  return { type: "text", text: found, block: false, start, end: start + found.length };
}

function ending({ text, limit }: FlowScan, at: number): { closed: boolean; end: number } {
  const closed = at < limit && /[}\]]/.test(text[at] ?? "");
  return { closed, end: closed ? at + 1 : Math.min(at, limit) };
}

function skipSpaces({ text, limit }: FlowScan, at: number): number {
  let next = at;
  while (next < limit && text[next] === " ") next += 1;
  return next;
}

/** Past spaces, line ends and comments. */
function skipBlank({ text, limit }: FlowScan, at: number): number {
  const blank = /(?:\s+|#[^\n]*)*/y;
  blank.lastIndex = at;
  blank.test(text);
  return Math.min(blank.lastIndex, limit);
}
