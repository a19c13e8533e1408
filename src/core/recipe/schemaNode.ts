/** What completion, hover, docs and trees want to know of a stage or output kind; stands in the schema of its items. */
export interface KindFacts {
  readonly what: "stage" | "output";
  readonly kind: string;
  readonly icon: string;
  readonly summary: string;
  /** YAML after `- kind: `; may hold snippet placeholders. Further lines are indented relative to the dash. */
  readonly example: string;
}

/** The part of JSON Schema that recipes use, as plain data. Validation, completion, hover and docs all read this. */
export interface SchemaNode {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly examples?: readonly unknown[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly enumDescriptions?: readonly string[] | undefined;
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[] | undefined;
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: boolean | SchemaNode | undefined;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly minProperties?: number | undefined;
  readonly items?: SchemaNode | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly uniqueItems?: boolean | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly exclusiveMaximum?: number | undefined;
  readonly multipleOf?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly pattern?: string | undefined;
  /** What the pattern asks for, in words that follow "expected". */
  readonly patternErrorMessage?: string | undefined;
  readonly format?: string | undefined;
  /** What of the recipe itself the value names; completion offers it. */
  readonly suggest?: "options" | "outputs" | undefined;
  /** The value is for nobody's eyes: no message shows it. */
  readonly secret?: boolean | undefined;
  readonly facts?: KindFacts | undefined;
}

/** Whether a value may be a secret, in one of its forms. */
export function isSecret(schema: SchemaNode): boolean {
  return schema.secret === true || (schema.anyOf ?? []).some(isSecret);
}

/** Every keyword that validation understands, and those that carry no constraint. A schema with another one is a defect. */
export const knownKeywords: ReadonlySet<string> = new Set([
  ...["type", "description", "default", "examples", "enum", "enumDescriptions", "const", "anyOf"],
  ...["properties", "required", "additionalProperties", "patternProperties", "minProperties"],
  ...["items", "minItems", "maxItems", "uniqueItems", "minimum", "maximum", "exclusiveMinimum"],
  ...["exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "patternErrorMessage"],
  ...["format", "suggest", "secret", "facts", "title", "markdownDescription", "defaultSnippets"],
]);

/** A word that a value may be, with its explanation. */
export interface Choice {
  readonly value: unknown;
  readonly description: string | undefined;
}

/** The fixed values a schema allows, or undefined when it allows others as well. */
export function choicesOf(schema: SchemaNode): readonly Choice[] | undefined {
  if (schema.enum) {
    return schema.enum.map((value, index) => ({ value, description: schema.enumDescriptions?.[index] }));
  }
  if (Object.hasOwn(schema, "const")) return [{ value: schema.const, description: schema.description }];
  if (!schema.anyOf) return undefined;
  const parts = schema.anyOf.map(choicesOf);
  return parts.every(part => part !== undefined) ? parts.flat() : undefined;
}

/** The schema of the value under `key` of a map, or undefined for a key that is not allowed. */
export function propertySchema(schema: SchemaNode, key: string): SchemaNode | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  for (const [pattern, value] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern).test(key)) return value;
  }
  if (typeof schema.additionalProperties === "object") return schema.additionalProperties;
  return undefined;
}

/** The facts of the kinds that a list's items may have, or undefined when its items are no stages or outputs. */
export function kindBranches(schema: SchemaNode): readonly (SchemaNode & { facts: KindFacts })[] | undefined {
  const branches = schema.anyOf?.filter(
    (branch): branch is SchemaNode & { facts: KindFacts } => branch.facts !== undefined,
  );
  return branches?.length ? branches : undefined;
}
