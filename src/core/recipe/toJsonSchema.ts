import { parse } from "yaml";
import { kindDocumentation } from "./language/documentation.ts";
import type { KindFacts, SchemaNode } from "./schemaNode.ts";
import { plainSnippet } from "./snippet.ts";

/** A JSON Schema document: plain JSON. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Formats that only Whittle knows; other tools would warn about them. */
const ownFormats = new Set(["path", "when"]);

/**
 * The schema of recipe files as a self-contained JSON Schema (draft-07), for `whittle schema` and for editors
 * with a YAML language server of their own.
 */
export function toJsonSchema(schema: SchemaNode): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "https://whittle.invalid/recipe.schema.json",
    title: "Whittle recipe",
    ...convert(schema),
  };
}

function convert(schema: SchemaNode): JsonSchema {
  const { facts, suggest, format, patternErrorMessage, secret, ...rest } = schema;
  const converted = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inner(key, value)]));
  return {
    ...converted,
    ...(format !== undefined && !ownFormats.has(format) ? { format } : {}),
    // Other tools show this as the whole message.
    ...(patternErrorMessage !== undefined ? { patternErrorMessage: `Expected ${patternErrorMessage}.` } : {}),
    // What JSON Schema has for passwords.
    ...(secret === true ? { writeOnly: true } : {}),
    ...(facts ? ofKind(schema, facts) : {}),
  };
}

/** The item of a kind: its name, a snippet, and what the hover of the kind's key shows. */
function ofKind(schema: SchemaNode, facts: KindFacts): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const converted = convert(property);
    return [
      key,
      key === facts.kind
        ? { ...converted, markdownDescription: kindDocumentation({ ...schema, facts }) }
        : converted,
    ];
  });
  return { title: facts.kind, properties: Object.fromEntries(properties), defaultSnippets: [snippet(facts)] };
}

/** Keywords hold schemas, lists of them, maps of them, or plain values. */
function inner(keyword: string, value: unknown): unknown {
  if (keyword === "properties" || keyword === "patternProperties") {
    const entries = Object.entries(value as Record<string, SchemaNode>);
    return Object.fromEntries(entries.map(([name, property]) => [name, convert(property)]));
  }
  if (keyword === "anyOf") return (value as readonly SchemaNode[]).map(convert);
  const isSchema = keyword === "items" || (keyword === "additionalProperties" && typeof value === "object");
  return isSchema ? convert(value as SchemaNode) : value;
}

function snippet({ kind, summary, example }: KindFacts): JsonSchema {
  return { label: kind, description: summary, body: parse(`${kind}: ${plainSnippet(example)}`) };
}
