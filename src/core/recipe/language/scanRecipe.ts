import { dash, key, type Line, linesOf, withoutComment } from "./lines.ts";
import type { LooseEntry, LooseItem, LooseList, LooseMap, LooseValue } from "./looseTree.ts";
import { unquoted } from "./looseTree.ts";
import { scanValue } from "./scanValue.ts";

const block = { flow: false, closed: true, commas: [] } as const;

/** A container that later lines may still belong to, and the slot in it that waits for a value. */
export interface Frame {
  readonly container: LooseMap | LooseList;
  /** Steps from the top of the file. */
  readonly path: readonly (string | number)[];
}

/** Reads a recipe line by line, by indentation alone: whatever is broken stays where it is. */
export class RecipeScanner {
  readonly root: LooseMap = emptyMap(0, 0);
  /** Innermost last. */
  readonly frames: Frame[] = [{ container: this.root, path: [] }];
  private readonly text: string;
  /** Lines deeper than this belong to a block text; negative: none is open. */
  private blockColumn = -1;
  /** Flow values may span lines; nothing before this offset is read as lines. */
  private consumed = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether a line with this indentation lies in a `|` or `>` text. */
  inBlockText(column: number): boolean {
    return this.blockColumn >= 0 && column > this.blockColumn;
  }

  /** Whether the line belongs to a flow value that began above it. */
  inFlow(line: Line): boolean {
    return line.start < this.consumed;
  }

  read(line: Line): void {
    const column = line.text.length - line.text.trimStart().length;
    const content = line.text.trim();
    if (content === "" || this.inFlow(line)) return;
    if (this.inBlockText(column)) {
      this.extend(line.start + line.text.trimEnd().length);
      return;
    }
    this.blockColumn = -1;
    if (content.startsWith("#") || content === "---") return;
    this.close(column, dash.test(content));
    this.readContent(line, column);
  }

  /** Leaves the containers that a line at `column` no longer belongs to. */
  close(column: number, isDash: boolean): void {
    while (this.frames.length > 1) {
      const { container } = this.top;
      const isOver =
        container.column > column || (container.column === column && container.type === "list" && !isDash);
      if (!isOver) return;
      this.frames.pop();
    }
  }

  get top(): Frame {
    return this.frames.at(-1) ?? { container: this.root, path: [] };
  }

  /** The path of the value that a deeper line would be part of: under the last key, or in the last item. */
  get openPath(): readonly (string | number)[] {
    const { container, path } = this.top;
    if (container.type === "list") return [...path, Math.max(0, container.items.length - 1)];
    const last = container.entries.at(-1);
    return last ? [...path, last.key] : path;
  }

  private readContent(line: Line, column: number): void {
    let at = column;
    for (let rest = line.text.slice(at); dash.test(rest); rest = line.text.slice(at)) {
      this.addItem(line, at);
      at += dash.exec(rest)?.[0].length ?? rest.length;
    }
    const rest = line.text.slice(at);
    const found = key.exec(rest);
    const end = line.start + withoutComment(line.text).length;
    if (found?.[1] !== undefined) this.addEntry(line, at, found[1], found[0].length);
    else if (rest !== "" && !rest.startsWith("#")) this.addWord(line, at, end);
    this.extend(Math.max(end, this.consumed));
  }

  addItem(line: Line, column: number): void {
    const start = line.start + column;
    const { container } = this.top;
    const isOpen = container.type === "list" && container.column === column;
    const list = isOpen ? container : emptyList(column, start);
    if (!isOpen) this.open(list);
    list.items.push({ start, value: undefined, end: start + 1 });
  }

  private addEntry(line: Line, column: number, name: string, length: number): void {
    const start = line.start + column;
    const map = this.mapAt(column, start);
    const colon = start + length;
    const entry: LooseEntry = {
      key: unquoted(name),
      keySpan: { start, end: start + name.length },
      colon,
      value: undefined,
      end: colon,
    };
    map.entries.push(entry);
    entry.value = this.scanValue(line, colon, column);
  }

  /** A word without a colon: a key that is being typed, or a scalar in a list. */
  private addWord(line: Line, column: number, end: number): void {
    const start = line.start + column;
    const slot = this.slot();
    if (slot && !("key" in slot)) {
      slot.value = this.scanValue(line, start, this.top.container.column);
      return;
    }
    const { container } = this.top;
    if (container.type !== "map" || container.column !== column) return;
    const keySpan = { start, end };
    container.entries.push({
      key: this.text.slice(start, end),
      keySpan,
      colon: undefined,
      value: undefined,
      end,
    });
  }

  private scanValue(line: Line, from: number, column: number): LooseValue | undefined {
    const value = scanValue(this.text, line, from, column);
    if (value?.type === "text" && value.block) this.blockColumn = column;
    if (value && value.type !== "text") this.consumed = value.end;
    return value;
  }

  private mapAt(column: number, start: number): LooseMap {
    const { container } = this.top;
    if (container.type === "map" && container.column === column) return container;
    const map = emptyMap(column, start);
    this.open(map);
    return map;
  }

  private open(container: LooseMap | LooseList): void {
    const path = this.openPath;
    const slot = this.slot();
    if (slot && slot.value === undefined) slot.value = container;
    this.frames.push({ container, path });
  }

  /** The last key or item, which a deeper line would belong to. */
  slot(): LooseEntry | LooseItem | undefined {
    const { container } = this.top;
    return container.type === "list" ? container.items.at(-1) : container.entries.at(-1);
  }

  private extend(end: number): void {
    for (const { container } of this.frames) {
      container.end = Math.max(container.end, end);
      const last = container.type === "list" ? container.items.at(-1) : container.entries.at(-1);
      if (!last) continue;
      last.end = Math.max(last.end, end);
      if (last.value?.type === "text" && last.value.block) last.value.end = Math.max(last.value.end, end);
    }
  }
}

function emptyMap(column: number, start: number): LooseMap {
  return { type: "map", ...block, column, entries: [], start, end: start };
}

function emptyList(column: number, start: number): LooseList {
  return { type: "list", ...block, column, items: [], start, end: start };
}

/** The whole text as a loose tree. */
export function scanRecipe(text: string): LooseMap {
  const scanner = new RecipeScanner(text);
  for (const line of linesOf(text)) scanner.read(line);
  return scanner.root;
}
