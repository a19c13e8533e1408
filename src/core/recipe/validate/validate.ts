import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { Diagnostic } from "../../../shared/diagnostic.ts";
import { nearest } from "../nearest.ts";
import { choicesOf, isSecret, kindBranches, type SchemaNode } from "../schemaNode.ts";
import { type SourceDocument, type Span, written } from "../sourceDocument.ts";
import { validateItem } from "./item.ts";
import { validateList } from "./list.ts";
import { validateMap } from "./map.ts";
import { validateNumber, validateText } from "./scalar.ts";
import { validateUnion } from "./union.ts";
import { describeExpected, describeFound, typeOf, type ValueType } from "./wording.ts";

/** A value to check, with what a message needs to name and place it. */
export interface Subject {
  readonly source: SourceDocument;
  /** Aliases are followed. */
  readonly node: Node | undefined;
  /** What the value is called: "`memory`" or "an entry of `packages`". */
  readonly label: string;
  /** Where a problem of the value as a whole is shown: the value, or its key when there is no value. */
  readonly span: Span;
}

/** The value `node` under a key or in a list, ready to be checked. */
export function subject(
  source: SourceDocument,
  node: Node | undefined,
  label: string,
  fallback: Span,
): Subject {
  return { source, node: source.resolved(node), label, span: written(node) ?? fallback };
}

/** Everything that is wrong with a value by its schema, each at its own place. */
export function validate(schema: SchemaNode, value: Subject): Diagnostic[] {
  const kinds = kindBranches(schema);
  if (kinds) return validateItem(kinds, value);
  if (choicesOf(schema)) return validateChoice(schema, value);
  if (schema.anyOf) return validateUnion(schema, schema.anyOf, value);
  if (!fits(schema, typeOf(value.node))) return [wrongType(schema, value)];
  const { node } = value;
  if (isMap(node)) return validateMap(schema, node, value);
  if (isSeq(node)) return validateList(schema, node, value);
  if (!isScalar(node)) return [];
  if (typeof node.value === "string") return validateText(schema, node.value, value);
  return typeof node.value === "number" ? validateNumber(schema, node.value, value) : [];
}

/** Whether a value of `type` can satisfy the schema at all. */
export function fits(schema: SchemaNode, type: ValueType): boolean {
  const choices = choicesOf(schema);
  if (choices) return choices.some(choice => typeof choice.value === type);
  if (schema.anyOf) return schema.anyOf.some(branch => fits(branch, type));
  if (schema.type === undefined) return true;
  return schema.type === type || (schema.type === "integer" && type === "number");
}

function validateChoice(schema: SchemaNode, value: Subject): Diagnostic[] {
  const choices = choicesOf(schema) ?? [];
  const given: unknown = isScalar(value.node) ? value.node.value : undefined;
  if (choices.some(choice => choice.value === given)) return [];
  const code = fits(schema, typeOf(value.node)) ? "wrong-value" : "wrong-type";
  const names = choices.map(choice => String(choice.value));
  return [unexpected(code, schema, value, typeof given === "string" ? near(given, names) : undefined)];
}

export function wrongType(schema: SchemaNode, value: Subject): Diagnostic {
  return unexpected("wrong-type", schema, value, typeAdvice(schema, value.node));
}

function typeAdvice(schema: SchemaNode, node: Node | undefined): string | undefined {
  const found = typeOf(node);
  const scalar = isScalar(node) ? node : undefined;
  const isPlain = found === "number" || found === "boolean";
  if (isPlain && fits(schema, "string") && !schema.pattern && scalar?.source) {
    return inQuotes(schema, scalar.source);
  }
  if (
    found === "number" &&
    schema.pattern &&
    scalar?.source &&
    new RegExp(schema.pattern).test(scalar.source)
  ) {
    return inQuotes(schema, scalar.source);
  }
  if (found === "string" && fits(schema, "boolean") && /^(yes|on|no|off)$/i.test(String(scalar?.value))) {
    return `YAML 1.2 reads ${String(scalar?.value)} as text: write true or false.`;
  }
  const hasDefaults = schema.type === "object" && !schema.required?.length;
  if (found === "null" && hasDefaults) return "Write {} to take all defaults.";
  if (found !== "array" && found !== "null" && fits(schema, "array")) return "Put it in a list: [ … ].";
  return undefined;
}

function inQuotes(schema: SchemaNode, text: string): string {
  return isSecret(schema) ? "Write it in quotes." : `Write it in quotes: "${text}".`;
}

function near(word: string, names: readonly string[]): string | undefined {
  const name = nearest(word, names);
  return name ? `Did you mean \`${name}\`?` : undefined;
}

/** "Expected X for Y, but found Z." */
export function unexpected(
  code: "wrong-type" | "wrong-value" | "out-of-range",
  schema: SchemaNode,
  { source, node, label, span }: Subject,
  advice?: string,
): Diagnostic {
  const message = `Expected ${describeExpected(schema)} for ${label}, but found ${describeFound(node, isSecret(schema))}.`;
  return source.problem(code, span, message, advice);
}

/** Whether two problems begin at the same character. */
export function samePlace(a: Pick<Diagnostic, "range">, b: Pick<Diagnostic, "range">): boolean {
  const [one, other] = [a.range.start, b.range.start];
  return one.line === other.line && one.column === other.column;
}
