import { choicesOf, type kindBranches, type SchemaNode } from "../schemaNode.ts";
import { plainSnippet } from "../snippet.ts";
import { describeExpected } from "../validate/wording.ts";

/** What there is to say about a key, in Markdown: what it means, what it takes, what it is without it. */
export function documentation(schema: SchemaNode, isRequired = false): string {
  const parts = [schema.description ?? ""];
  const choices = choicesOf(schema);
  if (choices?.some(choice => choice.description)) {
    parts.push(choices.map(each => `- \`${String(each.value)}\`: ${each.description ?? ""}`).join("\n"));
  } else {
    parts.push(`Takes ${describeExpected(schema)}.`);
  }
  if (schema.default !== undefined) parts.push(`Default: \`${JSON.stringify(schema.default)}\``);
  if (isRequired) parts.push("Must be given.");
  if (schema.examples?.length) {
    parts.push(`For example: ${schema.examples.map(each => `\`${JSON.stringify(each)}\``).join(", ")}`);
  }
  return parts.filter(Boolean).join("\n\n");
}

/** What there is to say about a kind of stage or output: its summary, an example, its parameters. */
export function kindDocumentation(branch: NonNullable<ReturnType<typeof kindBranches>>[number]): string {
  const { kind, summary, example, what } = branch.facts;
  const code = plainSnippet(example);
  const yaml = `\`\`\`yaml\n- ${kind}:${code.startsWith("\n") ? "" : " "}${code}\n\`\`\``;
  const parameters = branch.properties?.[kind] ?? {};
  const lines = parameterLines(parameters);
  return [`**${kind}** (${what}): ${summary}`, yaml, lines.join("\n")].filter(Boolean).join("\n\n");
}

function parameterLines(schema: SchemaNode): readonly string[] {
  const lines = new Set<string>();
  const collect = (form: SchemaNode): void => {
    for (const inner of form.anyOf ?? []) collect(inner);
    if (form.items) collect(form.items);
    for (const [name, property] of Object.entries(form.properties ?? {})) {
      const preset =
        property.default === undefined ? "" : ` Default: \`${JSON.stringify(property.default)}\`.`;
      lines.add(`- \`${name}\`: ${property.description ?? describeExpected(property)}${preset}`);
    }
  };
  collect(schema);
  return [...lines];
}
