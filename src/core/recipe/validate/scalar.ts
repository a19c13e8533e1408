import type { Diagnostic } from "../../../shared/diagnostic.ts";
import type { SchemaNode } from "../schemaNode.ts";
import { type Subject, unexpected } from "./validate.ts";

export function validateText(schema: SchemaNode, text: string, value: Subject): Diagnostic[] {
  const { source, label, span } = value;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (text.length < minLength) {
    const message = minLength === 1 ? `${capital(label)} must not be empty.` : tooShort(label, minLength);
    return [source.problem("wrong-length", span, message)];
  }
  if (text.length > maxLength) {
    return [
      source.problem("wrong-length", span, `${capital(label)} may have at most ${maxLength} characters.`),
    ];
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(text)) {
    return [unexpected("wrong-value", schema, value)];
  }
  return schema.format === "regex" ? validateRegex(text, value) : [];
}

function tooShort(label: string, minLength: number): string {
  return `${capital(label)} needs at least ${minLength} characters.`;
}

function validateRegex(text: string, { source, label, span }: Subject): Diagnostic[] {
  try {
    new RegExp(text);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*\/: /, "") : String(error);
    const message = `${capital(label)} is no valid regular expression: ${why}.`;
    const advice = "Put a backslash before ( ) [ ] { } * + ? . when the character itself is meant.";
    return [source.problem("bad-regex", span, message, advice)];
  }
}

export function validateNumber(schema: SchemaNode, number: number, value: Subject): Diagnostic[] {
  const isWrong =
    (schema.type === "integer" && !Number.isSafeInteger(number)) ||
    !Number.isFinite(number) ||
    number < (schema.minimum ?? Number.NEGATIVE_INFINITY) ||
    number > (schema.maximum ?? Number.POSITIVE_INFINITY) ||
    number <= (schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) ||
    number >= (schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY) ||
    (schema.multipleOf !== undefined && number % schema.multipleOf !== 0);
  return isWrong ? [unexpected("out-of-range", schema, value)] : [];
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
