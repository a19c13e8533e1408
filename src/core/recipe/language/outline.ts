import { kindBranches, type SchemaNode } from "../schemaNode.ts";
import type { Span } from "../sourceDocument.ts";
import { type LooseItem, type LooseMap, textOf, valueUnder } from "./looseTree.ts";
import { scanRecipe } from "./scanRecipe.ts";

/** A stage or output of one file, in the order it is written, for outlines and code lenses. */
export interface OutlineItem {
  readonly what: "stage" | "output";
  /** Position in the file's `stages` or `outputs`. */
  readonly index: number;
  readonly kind: string;
  /** As given, else the kind. */
  readonly name: string;
  readonly icon: string;
  /** The whole item, from its dash. */
  readonly range: Span;
  /** The kind's key. */
  readonly selectionRange: Span;
}

/** The stages and outputs of a recipe's text, also while it is being typed. */
export function outline(text: string, schema: SchemaNode): readonly OutlineItem[] {
  const root = scanRecipe(text);
  return [...section(root, "stage", schema), ...section(root, "output", schema)];
}

function section(root: LooseMap, what: OutlineItem["what"], schema: SchemaNode): readonly OutlineItem[] {
  const key = `${what}s`;
  const list = valueUnder(root, key);
  const branches = kindBranches(schema.properties?.[key]?.items ?? {}) ?? [];
  const icons = new Map(branches.map(({ facts }) => [facts.kind, facts.icon]));
  const items = list?.type === "list" ? list.items : [];
  return items.flatMap((item, index) => outlineItem(item, what, index, icons));
}

function outlineItem(
  { start, end, value }: LooseItem,
  what: OutlineItem["what"],
  index: number,
  icons: ReadonlyMap<string, string>,
): readonly OutlineItem[] {
  if (value?.type !== "map") return [];
  const entry = value.entries.find(each => icons.has(each.key));
  const icon = entry && icons.get(entry.key);
  if (!entry || icon === undefined) return [];
  const name = textOf(valueUnder(value, "name")) ?? entry.key;
  return [{ what, index, kind: entry.key, name, icon, range: { start, end }, selectionRange: entry.keySpan }];
}
