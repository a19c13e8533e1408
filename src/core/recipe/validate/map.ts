import type { YAMLMap } from "yaml";
import type { Diagnostic } from "../../../shared/diagnostic.ts";
import { meant } from "../nearest.ts";
import { propertySchema, type SchemaNode } from "../schemaNode.ts";
import { capital } from "./scalar.ts";
import { type Subject, subject, validate } from "./validate.ts";

/** Checks a map's keys and their values. Missing keys are shown at the key that holds the map. */
export function validateMap(schema: SchemaNode, map: YAMLMap, value: Subject): Diagnostic[] {
  const pairs = value.source.pairs(map);
  const names = pairs.map(pair => pair.name);
  const found = missingKeys(schema, names).map(key => missing(value, key));
  for (const pair of pairs) {
    const property = propertySchema(schema, pair.name);
    if (property) {
      found.push(...validate(property, subject(value.source, pair.value, `\`${pair.name}\``, pair.key)));
    } else if (isClosed(schema)) {
      found.push(unknownKey(schema, value, pair, names));
    }
  }
  const { minProperties = 0 } = schema;
  if (pairs.length < minProperties) {
    const message = `${capital(value.label)} must not be empty.`;
    found.push(value.source.problem("wrong-length", value.span, message));
  }
  return found;
}

/** Keys that the schema requires and `names` lacks. */
export function missingKeys(schema: SchemaNode, names: readonly string[]): readonly string[] {
  return (schema.required ?? []).filter(key => !names.includes(key));
}

// Strict unless a schema says that it takes any key.
function isClosed(schema: SchemaNode): boolean {
  return (
    schema.additionalProperties !== true && (schema.properties ?? schema.patternProperties) !== undefined
  );
}

function missing({ source, label, span, node }: Subject, key: string): Diagnostic {
  const lines = source.text.slice(span.start, span.end).split("\n");
  const firstLine = { start: span.start, end: span.start + (lines[0]?.trimEnd().length ?? 0) };
  const place = lines.length > 1 && node ? firstLine : span;
  return source.problem("missing-key", place, `${capital(label)} needs the key \`${key}\`.`);
}

function unknownKey(
  schema: SchemaNode,
  { source, label }: Subject,
  pair: { readonly name: string; readonly key: { readonly start: number; readonly end: number } },
  present: readonly string[],
): Diagnostic {
  const keys = Object.keys(schema.properties ?? {});
  if (keys.length === 0) {
    const message = `\`${pair.name}\` cannot be a name in ${label}.`;
    return source.problem("unknown-key", pair.key, message, "Use letters, digits, - and _.");
  }
  const free = keys.filter(key => !present.includes(key));
  const message = `${capital(label)} has no key \`${pair.name}\`.`;
  return source.problem("unknown-key", pair.key, message, meant(pair.name, free));
}
