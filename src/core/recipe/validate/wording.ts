import { isMap, isScalar, isSeq, type Node } from "yaml";
import { choicesOf, type SchemaNode } from "../schemaNode.ts";

/** The types of JSON Schema that a YAML value can be. */
export type ValueType = "string" | "number" | "boolean" | "null" | "array" | "object";

export function typeOf(node: Node | undefined): ValueType {
  if (isMap(node)) return "object";
  if (isSeq(node)) return "array";
  const value: unknown = isScalar(node) ? node.value : null;
  if (typeof value === "number" || typeof value === "bigint") return "number";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "string" ? "string" : "null";
}

/** What stands in the file, in words that follow "found"; of a secret no more than its type. */
export function describeFound(node: Node | undefined, secret = false): string {
  const type = typeOf(node);
  if (secret && isScalar(node) && type !== "null")
    return type === "string" ? "a text" : (typeNames[type] ?? type);
  if (type === "object") return "a map";
  if (type === "array") return "a list";
  if (type === "null") return "nothing";
  const value = isScalar(node) ? node.value : undefined;
  if (type === "string") return `the text ${JSON.stringify(shortened(String(value)))}`;
  const source = isScalar(node) && node.source ? node.source : String(value);
  return type === "number" ? `the number ${source}` : source;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

const typeNames: Readonly<Record<string, string>> = {
  object: "a map of keys",
  array: "a list",
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  null: "nothing",
};

const formatNames: Readonly<Record<string, string>> = {
  path: "a path",
  regex: "a regular expression",
  when: "a condition on options",
};

/** What a schema asks for, in words that follow "expected". */
export function describeExpected(schema: SchemaNode): string {
  const choices = choicesOf(schema);
  if (choices) return joinOr(choices.map(choice => String(choice.value)));
  if (schema.anyOf) return joinOr([...new Set(schema.anyOf.map(describeExpected))]);
  if (schema.type === "string") {
    return schema.patternErrorMessage ?? formatNames[schema.format ?? ""] ?? "a text";
  }
  const name = typeNames[schema.type ?? ""] ?? "a value";
  return schema.type === "number" || schema.type === "integer" ? name + limits(schema) : name;
}

function limits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: SchemaNode): string {
  const parts: string[] = [];
  if (minimum !== undefined && maximum !== undefined) parts.push(`from ${minimum} to ${maximum}`);
  else if (minimum !== undefined) parts.push(`of at least ${minimum}`);
  else if (maximum !== undefined) parts.push(`of at most ${maximum}`);
  if (exclusiveMinimum !== undefined) parts.push(`above ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined) parts.push(`below ${exclusiveMaximum}`);
  if (multipleOf !== undefined) parts.push(`divisible by ${multipleOf}`);
  return parts.map(part => ` ${part}`).join("");
}

/** `a`, `a or b`, `a, b or c`. */
export function joinOr(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
