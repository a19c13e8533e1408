import { dirname } from "node:path";
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Diagnostic, SourceRange } from "../../shared/diagnostic.ts";
import type { ParameterPath } from "../stages/stage.ts";
import type { RecipeCode } from "./recipeCodes.ts";

/** A stretch of text: offsets in UTF-16 code units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A key and what stands under it. */
export interface Found {
  readonly key: Span;
  readonly value: Node | undefined;
}

/** One YAML file, parsed with positions. Values and their places are looked up through this. */
export class SourceDocument {
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.document = parseDocument(text, {
      version: "1.2",
      lineCounter: this.lines,
      prettyErrors: false,
      stringKeys: true,
    });
  }

  /** Folder that relative paths in this file start from. */
  get baseDir(): string {
    return dirname(this.file);
  }

  /** The top-level map, unless the file holds something else. */
  get root(): YAMLMap | undefined {
    const node = this.resolved(this.document.contents);
    return isMap(node) ? node : undefined;
  }

  /** The node itself, or what it is an alias of. */
  resolved(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document);
    return isNode(node) ? node : undefined;
  }

  /** Keys of a map in the order they are written. */
  pairs(map: YAMLMap): readonly (Found & { readonly name: string })[] {
    return map.items.map(pair => ({ name: keyName(pair), ...this.found(pair) }));
  }

  find(map: YAMLMap, name: string): Found | undefined {
    const pair = map.items.find(each => keyName(each) === name);
    return pair && this.found(pair);
  }

  private found(pair: Pair): Found {
    return {
      key: spanOf(pair.key) ?? { start: 0, end: 0 },
      value: isNode(pair.value) ? pair.value : undefined,
    };
  }

  /** Span of the value at `path` below `node`; of the nearest ancestor that is written where there is no such value. */
  spanAt(node: Node | undefined, path: ParameterPath, fallback: Span): Span {
    const here = written(node) ?? fallback;
    const [step, ...rest] = path;
    const value = this.resolved(node);
    if (step === undefined) return here;
    if (isMap(value)) {
      const found = this.find(value, String(step));
      return found ? this.spanAt(found.value, rest, found.key) : here;
    }
    if (isSeq(value) && typeof step === "number") {
      const item = value.items[step];
      return isNode(item) ? this.spanAt(item, rest, here) : here;
    }
    return here;
  }

  range({ start, end }: Span): SourceRange {
    // The parser counts the line end behind a block as part of it.
    const trimmed = start + this.text.slice(start, end).trimEnd().length;
    return { file: this.file, start: this.position(start), end: this.position(trimmed) };
  }

  private position(offset: number) {
    const { line, col } = this.lines.linePos(Math.min(offset, this.text.length));
    return { line, column: col };
  }

  problem(code: RecipeCode, span: Span, message: string, advice?: string): Diagnostic {
    return { range: this.range(span), severity: "error", code, message, ...(advice ? { advice } : {}) };
  }
}

function keyName(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** Where a node stands, without the comments and blank lines after it; undefined for one that was never written. */
export function spanOf(node: unknown): Span | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [start, end] = node.range;
  return { start, end: (isCollection(node) && !node.flow ? lastEnd(node) : undefined) ?? end };
}

/** The parser counts a comment behind the last line of a block as part of it. */
function lastEnd(block: YAMLMap | YAMLSeq): number | undefined {
  const last: unknown = block.items.at(-1);
  if (!isPair(last)) return spanOf(last)?.end;
  return written(isNode(last.value) ? last.value : undefined)?.end ?? spanOf(last.key)?.end;
}

/** Like spanOf(), but an empty value (`key:` with nothing behind it) has no place of its own. */
export function written(node: Node | undefined): Span | undefined {
  const span = spanOf(node);
  return span && span.end > span.start ? span : undefined;
}
