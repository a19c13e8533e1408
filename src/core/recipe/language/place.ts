import type { Span } from "../sourceDocument.ts";
import { flowPlaces } from "./flowPlace.ts";
import { dash, key, type Line, linesOf, withoutComment } from "./lines.ts";
import { type LooseMap, valueAt } from "./looseTree.ts";
import { RecipeScanner, scanRecipe } from "./scanRecipe.ts";

export type Path = readonly (string | number)[];

/** Something that can be typed at the cursor. */
export interface Place {
  /** `key`: a key of the map at `path`. `value`: the value at `path`, of any form. `item`: a new dash in the list at `path`. */
  readonly slot: "key" | "value" | "item";
  readonly path: Path;
  /** What is there of it already and would be replaced. */
  readonly replace: Span;
  /** Keys that the map has besides the one at the cursor. */
  readonly present: readonly string[];
  readonly flow: boolean;
  /** A key that has its colon already. */
  readonly hasColon: boolean;
  /** Behind a key on the same line: lists and maps have to go on below it. */
  readonly behindKey: boolean;
  /** Where the key, dash or (behind a key) that key begins in its line. */
  readonly column: number;
  /** Leading spaces of the line; editors give them to further lines of a snippet by themselves. */
  readonly indent: number;
  /** A space that is missing before what is inserted. */
  readonly gap: "" | " ";
}

/** What can be typed at `offset`; several things where the indentation allows them. */
export function placesAt(text: string, offset: number): readonly Place[] {
  const root = scanRecipe(text);
  const lines = linesOf(text);
  const index = Math.max(
    0,
    lines.findLastIndex(line => line.start <= offset),
  );
  const line = lines[index] ?? { start: 0, end: 0, text: "" };
  const scanner = new RecipeScanner(text);
  for (const above of lines.slice(0, index)) scanner.read(above);
  const prefix = line.text.slice(0, offset - line.start);
  if (isInComment(line, offset)) return [];
  const inFlow = flowPlaces(root, offset, indentOf(line.text));
  if (inFlow) return inFlow;
  const isBlank = line.text.trim() === "";
  const indent = isBlank ? prefix.length : indentOf(line.text);
  if (scanner.inBlockText(indent) || indent > prefix.length) return [];
  return isBlank
    ? blankLine(scanner, root, offset, indent)
    : contentLine(scanner, root, line, prefix, indent);
}

function isInComment({ start, text }: Line, offset: number): boolean {
  const comment = withoutComment(text);
  const hash = text.indexOf("#", comment.length);
  return hash >= 0 && start + hash < offset;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

function presentKeys(root: LooseMap, path: Path, replace: Span): readonly string[] {
  const value = valueAt(root, path);
  if (value?.type !== "map") return [];
  return value.entries.filter(entry => entry.keySpan.start !== replace.start).map(entry => entry.key);
}

function blankLine(scanner: RecipeScanner, root: LooseMap, offset: number, column: number): Place[] {
  scanner.close(column, true);
  const replace = { start: offset, end: offset };
  const base = {
    replace,
    present: [],
    flow: false,
    hasColon: false,
    behindKey: false,
    column,
    indent: column,
    gap: "",
  } as const;
  const keyIn = (path: Path): Place => ({
    ...base,
    slot: "key",
    path,
    present: presentKeys(root, path, replace),
  });
  const { container, path } = scanner.top;
  if (container.column === column && container.type === "list") {
    const item: Place = { ...base, slot: "item", path };
    scanner.close(column, false);
    const parent = scanner.top;
    const isCompact = parent.container.type === "map" && parent.container.column === column;
    return isCompact ? [item, keyIn(parent.path)] : [item];
  }
  if (container.column === column) return [keyIn(path)];
  const slot = scanner.slot();
  if (slot?.value !== undefined) return [];
  const open = scanner.openPath;
  const value = valueAt(root, open);
  if (value?.type === "list") return value.column === column ? [{ ...base, slot: "item", path: open }] : [];
  if (value?.type === "map" && value.column !== column) return [];
  return [{ ...base, slot: "value", path: open, present: presentKeys(root, open, replace) }];
}

function contentLine(
  scanner: RecipeScanner,
  root: LooseMap,
  line: Line,
  prefix: string,
  indent: number,
): Place[] {
  scanner.close(indent, dash.test(prefix.slice(indent)));
  let column = indent;
  for (let rest = prefix.slice(column); dash.test(rest); rest = prefix.slice(column)) {
    scanner.addItem(line, column);
    column += dash.exec(rest)?.[0].length ?? rest.length;
  }
  const gap = /[-:]$/.test(prefix) ? " " : "";
  const base = { flow: false, column: column + (gap && prefix.endsWith("-") ? 1 : 0), indent, gap } as const;
  const rest = prefix.slice(column);
  const typedKey = key.exec(rest);
  const { container, path } = scanner.top;
  const isInMap = container.type === "map" && container.column === column;
  const owner = isInMap ? path : scanner.openPath;
  if (typedKey?.[1] !== undefined) {
    const name = typedKey[1].replace(/^["']|["']$/g, "");
    const from = column + typedKey[0].length;
    const replace = valueSpan(line, from, prefix.length);
    return [
      {
        ...base,
        slot: "value",
        path: [...owner, name],
        replace,
        present: [],
        hasColon: false,
        behindKey: true,
      },
    ];
  }
  const fullKey = key.exec(line.text.slice(column));
  const start = line.start + column;
  const end =
    fullKey?.[1] === undefined ? line.start + withoutComment(line.text).length : start + fullKey[1].length;
  const replace = { start, end: Math.max(end, line.start + prefix.length) };
  if (!isInMap && container.column >= column) return [];
  const hasColon = fullKey !== null;
  const slot = isInMap || hasColon ? "key" : "value";
  const present = presentKeys(root, owner, replace);
  return [{ ...base, slot, path: owner, replace, present, hasColon, behindKey: false }];
}

/** The scalar behind a key: all of it, or nothing yet. */
function valueSpan(line: Line, from: number, cursor: number): Span {
  const rest = line.text.slice(from);
  const valueAt = from + (rest.length - rest.trimStart().length);
  const end = withoutComment(line.text).length;
  if (valueAt > cursor || valueAt >= end) return { start: line.start + cursor, end: line.start + cursor };
  return { start: line.start + valueAt, end: line.start + Math.max(end, cursor) };
}
