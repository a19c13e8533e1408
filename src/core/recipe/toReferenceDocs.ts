import { choicesOf, kindBranches, type SchemaNode } from "./schemaNode.ts";
import { plainSnippet } from "./snippet.ts";
import { describeExpected } from "./validate/wording.ts";

/** The reference of everything a recipe may hold, in Markdown, made from the schema. */
export function toReferenceDocs(schema: SchemaNode): string {
  const properties = Object.entries(schema.properties ?? {});
  const keys = properties.map(([name, property]) => row(name, property, false));
  const parts = [
    "# Recipe reference",
    "<!-- Made from the schema by `whittle schema --docs`; edits here are lost. -->",
    "A recipe is one YAML 1.2 file whose name ends in `.whittle.yaml`. It describes one image. An unknown key is an error. Sizes are written `512K`, `64M` (= 64 MiB) or `1.5G`.",
    "## Top-level keys",
    table(keys),
    ...properties.flatMap(([name, property]) => section(name, property)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section(name: string, property: SchemaNode): string[] {
  const kinds = property.items && kindBranches(property.items);
  if (kinds)
    return [
      `## \`${name}\``,
      property.description ?? "",
      ...itemIntroduction(kinds),
      ...kinds.flatMap(kindPart),
    ];
  const rows = rowsOf(property, "");
  return rows.length ? [`## \`${name}\``, property.description ?? "", table(rows)] : [];
}

type Kinds = NonNullable<ReturnType<typeof kindBranches>>;

function itemIntroduction(kinds: Kinds): string[] {
  const [first] = kinds;
  if (!first) return [];
  const { what, kind } = first.facts;
  const common = Object.entries(first.properties ?? {}).filter(([key]) => key !== kind);
  return [
    `Each item is one ${what}: a map with exactly one of the kinds below as its key. Beside it may stand:`,
    table(common.map(([key, property]) => row(key, property, false))),
  ];
}

function kindPart(branch: Kinds[number]): string[] {
  const { kind, summary, example } = branch.facts;
  const parameters = branch.properties?.[kind] ?? {};
  const written = parameters.anyOf && !choicesOf(parameters) ? parameters.anyOf : [parameters];
  const forms = written.flatMap(form => {
    const rows = rowsOf(form, "");
    const about = written.length > 1 ? formHeading(form) : [introduction(form)];
    return rows.length ? [...about, table(rows)] : about;
  });
  const code = plainSnippet(example);
  const yaml = `- ${kind}:${/^\n/.test(code) ? "" : " "}${code}`;
  return [`### \`${kind}\``, summary, `\`\`\`yaml\n${yaml}\n\`\`\``, ...forms];
}

/** What one of several forms is, so that their tables can be told apart: a map gets a heading, a short form a sentence. */
function formHeading(form: SchemaNode): string[] {
  const { description = "" } = form;
  if (!form.properties || !description) return [`${introduction(form)} ${description}`.trim()];
  const [title = "", ...rest] = description.split(/(?<=\.) /);
  return [`#### ${title.replace(/\.$/, "")}`, rest.join(" ")].filter(Boolean);
}

function introduction(form: SchemaNode): string {
  if (form.type === "array" && form.items) return `A list. Each entry: ${describeExpected(form.items)}.`;
  return `${upperFirst(describeExpected(form))}.`;
}

interface Row {
  readonly key: string;
  readonly type: string;
  readonly description: string;
}

/** The keys below a value, nested ones by their path. */
function rowsOf(schema: SchemaNode, prefix: string): Row[] {
  if (schema.anyOf && !choicesOf(schema)) {
    const rows = schema.anyOf.flatMap(branch => rowsOf(branch, prefix));
    return [...new Map(rows.map(each => [each.key, each])).values()];
  }
  if (schema.items) return rowsOf(schema.items, prefix.replace(/\.$/, "[]."));
  const fixed = Object.entries(schema.properties ?? {});
  const named = Object.values(schema.patternProperties ?? {});
  const open = typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
  const all = [...fixed, ...[...named, ...open].map(value => ["NAME", value] as const)];
  return all.flatMap(([key, value]) => {
    const isRequired = schema.required?.includes(key) ?? false;
    return [row(prefix + key, value, isRequired), ...rowsOf(value, `${prefix}${key}.`)];
  });
}

function row(key: string, schema: SchemaNode, isRequired: boolean): Row {
  const facts = [schema.description ?? ""];
  if (isRequired) facts.push("Required.");
  if (schema.default !== undefined) facts.push(`Default: \`${JSON.stringify(schema.default)}\`.`);
  return { key, type: describeExpected(schema), description: facts.filter(Boolean).join(" ") };
}

function table(rows: readonly Row[]): string {
  const cell = (text: string) => text.replace(/\|/g, "\\|").replace(/\s*\n\s*/g, " ");
  const lines = rows.map(each => `| \`${each.key}\` | ${cell(each.type)} | ${cell(each.description)} |`);
  return ["| key | value | meaning |", "|---|---|---|", ...lines].join("\n");
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
