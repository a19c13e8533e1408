import { choicesOf, kindBranches, type SchemaNode } from "../schemaNode.ts";
import type { Span } from "../sourceDocument.ts";
import { documentation, kindDocumentation } from "./documentation.ts";
import { type LooseEntry, type LooseMap, type LooseValue, textOf } from "./looseTree.ts";
import type { Path } from "./place.ts";
import { scanRecipe } from "./scanRecipe.ts";
import { formsOf, mapForms, schemasAt } from "./schemaWalk.ts";

export interface RecipeHover {
  /** Markdown. */
  readonly contents: string;
  readonly range: Span;
}

interface Pointed {
  readonly map: LooseMap;
  readonly path: Path;
  readonly entry: LooseEntry;
  /** The value's text, when that is what is pointed at. */
  readonly value: LooseValue | undefined;
}

/** What there is to say about the key or value at `offset`; undefined where there is nothing. */
export function hoverRecipe(text: string, offset: number, schema: SchemaNode): RecipeHover | undefined {
  const pointed = find(scanRecipe(text), [], offset);
  if (!pointed) return undefined;
  const { map, path, entry, value } = pointed;
  const others = map.entries.map(each => each.key).filter(key => key !== entry.key);
  const form = mapForms(schemasAt(schema, path), others).find(each =>
    Object.hasOwn(each.properties ?? {}, entry.key),
  );
  const [kind] = form ? (kindBranches({ anyOf: [form] }) ?? []) : [];
  const range = value ? { start: value.start, end: value.end } : entry.keySpan;
  if (kind?.facts.kind === entry.key && !value) return { contents: kindDocumentation(kind), range };
  const property = form?.properties?.[entry.key] ?? schemasAt(schema, [...path, entry.key])[0];
  if (!property) return undefined;
  const isRequired = form?.required?.includes(entry.key) ?? false;
  const word = value && choiceDocumentation(property, value);
  return { contents: word ?? `**${entry.key}**\n\n${documentation(property, isRequired)}`, range };
}

function choiceDocumentation(schema: SchemaNode, value: LooseValue): string | undefined {
  const text = textOf(value);
  const choices = formsOf(schema).flatMap(form => choicesOf(form) ?? []);
  const choice = choices.find(each => String(each.value) === text);
  return choice?.description ? `**${String(choice.value)}**: ${choice.description}` : undefined;
}

function find(value: LooseValue | undefined, path: Path, offset: number): Pointed | undefined {
  if (value?.type === "list") {
    for (const [index, item] of value.items.entries()) {
      const found = find(item.value, [...path, index], offset);
      if (found) return found;
    }
  }
  if (value?.type !== "map") return undefined;
  for (const entry of value.entries) {
    const { keySpan } = entry;
    const here = { map: value, path, entry };
    if (keySpan.start <= offset && offset < keySpan.end) return { ...here, value: undefined };
    const inner = entry.value;
    const isInText = inner?.type === "text" && !inner.block && inner.start <= offset && offset < inner.end;
    if (isInText) return { ...here, value: inner };
    const found = find(inner, [...path, entry.key], offset);
    if (found) return found;
  }
  return undefined;
}
