import { isMap, isNode, isSeq, type Node } from "yaml";
import type { RecipeFile } from "./recipeFile.ts";
import type { KindFacts } from "./schemaNode.ts";
import type { SourceDocument, Span } from "./sourceDocument.ts";

interface WrittenText {
  readonly text: string;
  readonly span: Span;
}

/** A stage or output as it stands in a file. */
export interface WrittenItem {
  readonly what: KindFacts["what"];
  readonly kind: string;
  readonly name: WrittenText | undefined;
  readonly when: WrittenText | undefined;
  readonly description: string | undefined;
  readonly parameters: unknown;
  readonly parametersNode: Node | undefined;
  readonly source: SourceDocument;
  readonly kindSpan: Span;
  readonly span: Span;
}

/** The items of `stages` or `outputs` in a file. One without a single valid kind is left out: it was reported already. */
export function writtenItems(
  { source, root, value }: RecipeFile,
  what: KindFacts["what"],
  kinds: readonly string[],
): readonly WrittenItem[] {
  const key = `${what}s` as const;
  const list = source.resolved(source.find(root, key)?.value);
  const values: unknown = value[key];
  if (!isSeq(list) || !Array.isArray(values)) return [];
  return list.items.flatMap((node, index) => {
    const item: unknown = values[index];
    return isNode(node) ? writtenItem(source, what, kinds, node, item) : [];
  });
}

function writtenItem(
  source: SourceDocument,
  what: KindFacts["what"],
  kinds: readonly string[],
  node: Node,
  value: unknown,
): WrittenItem[] {
  const map = source.resolved(node);
  if (!isMap(map) || typeof value !== "object" || value === null) return [];
  const found = source.pairs(map).filter(pair => kinds.includes(pair.name));
  const [kind, second] = found;
  if (!kind || second) return [];
  const values = new Map<string, unknown>(Object.entries(value));
  const text = (key: string): WrittenText | undefined => {
    const given = values.get(key);
    const fallback = { start: 0, end: 0 };
    return typeof given === "string" ? { text: given, span: source.spanAt(map, [key], fallback) } : undefined;
  };
  return [
    {
      what,
      kind: kind.name,
      name: text("name"),
      when: text("when"),
      description: text("description")?.text,
      parameters: values.get(kind.name),
      parametersNode: kind.value,
      source,
      kindSpan: kind.key,
      span: source.spanAt(node, [], kind.key),
    },
  ];
}
