import { isNode, isScalar, type YAMLSeq } from "yaml";
import type { Diagnostic } from "../../../shared/diagnostic.ts";
import { kindBranches, type SchemaNode } from "../schemaNode.ts";
import { capital } from "./scalar.ts";
import { type Subject, subject, validate } from "./validate.ts";

export function validateList(schema: SchemaNode, list: YAMLSeq, value: Subject): Diagnostic[] {
  const { source, label, span } = value;
  const entryLabel = entryName(schema.items, label);
  const entries = list.items.map(item => subject(source, isNode(item) ? item : undefined, entryLabel, span));
  const found = schema.items ? entries.flatMap(entry => validate(schema.items ?? {}, entry)) : [];
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (entries.length < minItems) found.push(source.problem("wrong-length", span, tooFew(label, minItems)));
  if (entries.length > maxItems) {
    found.push(
      source.problem("wrong-length", span, `${capital(label)} may have at most ${maxItems} entries.`),
    );
  }
  return schema.uniqueItems ? [...found, ...repeated(entries, label)] : found;
}

function entryName(items: SchemaNode | undefined, label: string): string {
  const kinds = items && kindBranches(items);
  return kinds?.[0] ? `an item of ${label}` : `an entry of ${label}`;
}

function tooFew(label: string, minItems: number): string {
  const entries = minItems === 1 ? "one entry" : `${minItems} entries`;
  return `${capital(label)} needs at least ${entries}.`;
}

function repeated(entries: readonly Subject[], label: string): Diagnostic[] {
  const seen = new Set<unknown>();
  return entries.flatMap(({ source, node, span }) => {
    if (!isScalar(node)) return [];
    if (!seen.has(node.value)) {
      seen.add(node.value);
      return [];
    }
    return [source.problem("repeated-entry", span, `${capital(label)} names ${String(node.value)} twice.`)];
  });
}
