import type { Span } from "../sourceDocument.ts";

/**
 * A recipe as far as it can be understood while somebody types it. Nothing here is an error: what cannot be read is
 * left out. Offsets are into the text; ends are exclusive.
 */
export type LooseValue = LooseMap | LooseList | LooseText;

export interface LooseMap {
  readonly type: "map";
  /** `{ … }` instead of lines. */
  readonly flow: boolean;
  /** A flow map whose end was not found reaches as far as it may. */
  readonly closed: boolean;
  /** Where the commas of a flow value stand. */
  readonly commas: readonly number[];
  /** Where its keys begin in their lines, from 0. In a flow map: where its line's first key begins. */
  readonly column: number;
  readonly entries: LooseEntry[];
  start: number;
  end: number;
}

export interface LooseList {
  readonly type: "list";
  readonly flow: boolean;
  readonly closed: boolean;
  /** Where the commas of a flow value stand. */
  readonly commas: readonly number[];
  /** Where its dashes stand in their lines, from 0. */
  readonly column: number;
  readonly items: LooseItem[];
  start: number;
  end: number;
}

export interface LooseText {
  readonly type: "text";
  readonly text: string;
  /** A `|` or `>` text: nothing in it is YAML. */
  readonly block: boolean;
  start: number;
  end: number;
}

export interface LooseEntry {
  readonly key: string;
  readonly keySpan: Span;
  /** Behind the colon; absent for a word that has none yet. */
  readonly colon: number | undefined;
  value: LooseValue | undefined;
  end: number;
}

export interface LooseItem {
  /** At the dash, or in a flow list at the entry itself. */
  readonly start: number;
  value: LooseValue | undefined;
  end: number;
}

/** The value under `key` of a map. */
export function valueUnder(value: LooseValue | undefined, key: string): LooseValue | undefined {
  return value?.type === "map" ? entryOf(value, key)?.value : undefined;
}

export function entryOf(map: LooseMap, key: string): LooseEntry | undefined {
  return map.entries.find(entry => entry.key === key && entry.colon !== undefined);
}

/** The text of a value that is one, without quotes. */
export function textOf(value: LooseValue | undefined): string | undefined {
  return value?.type === "text" ? unquoted(value.text) : undefined;
}

export function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, "$2");
}

/** The value that `path` leads to. */
export function valueAt(root: LooseMap, path: readonly (string | number)[]): LooseValue | undefined {
  let value: LooseValue | undefined = root;
  for (const step of path) {
    if (typeof step === "string") value = valueUnder(value, step);
    else value = value?.type === "list" ? value.items[step]?.value : undefined;
  }
  return value;
}
