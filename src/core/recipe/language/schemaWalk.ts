import { choicesOf, propertySchema, type SchemaNode } from "../schemaNode.ts";
import type { Path } from "./place.ts";

/** The forms that a value may have: a union taken apart, except one of fixed words. */
export function formsOf(schema: SchemaNode): readonly SchemaNode[] {
  return schema.anyOf && !choicesOf(schema) ? schema.anyOf.flatMap(formsOf) : [schema];
}

/** Every schema that can hold for the value at `path`; more than one where forms differ. */
export function schemasAt(schema: SchemaNode, path: Path): readonly SchemaNode[] {
  let found: readonly SchemaNode[] = [schema];
  for (const step of path) {
    found = found.flatMap(formsOf).flatMap(form => {
      const next = typeof step === "number" ? form.items : propertySchema(form, step);
      return next ? [next] : [];
    });
  }
  return found;
}

/** Forms of the values that are maps and go together with the keys that are there already. */
export function mapForms(schemas: readonly SchemaNode[], present: readonly string[]): readonly SchemaNode[] {
  const maps = schemas.flatMap(formsOf).filter(form => form.type === "object");
  const strangers = (form: SchemaNode) => present.filter(key => !propertySchema(form, key)).length;
  const fewest = Math.min(...maps.map(strangers));
  return maps.filter(form => strangers(form) === fewest);
}
