import { choicesOf, type SchemaNode } from "../schemaNode.ts";
import { escapeSnippet } from "../snippet.ts";
import { formsOf } from "./schemaWalk.ts";

/** Hands out the numbers of a snippet's placeholders. */
export class TabStops {
  private last = 0;

  next(): number {
    this.last += 1;
    return this.last;
  }

  placeholder(text: string): string {
    return text === "" ? `\${${this.next()}}` : `\${${this.next()}:${escapeSnippet(text)}}`;
  }

  choice(words: readonly string[]): string {
    const [only, second] = words;
    if (only !== undefined && second === undefined) return escapeSnippet(only);
    return `\${${this.next()}|${words.map(word => word.replace(/[\\,|$}]/g, "\\$&")).join(",")}|}`;
  }
}

/** Where a value goes: behind its key in a line, or in a flow map. */
export interface ValueSite {
  readonly flow: boolean;
  /** Spaces before the lines below the key. */
  readonly below: number;
}

/** What to insert behind a key and its colon, with the space or line break between them. */
export function valueSnippet(schema: SchemaNode, site: ValueSite, stops: TabStops): string {
  const [form = schema] = formsOf(schema);
  if (form.type === "object" && !choicesOf(form)) return mapSnippet(form, site, stops);
  if (form.type === "array") return listSnippet(form, site, stops);
  return ` ${scalarSnippet(form, stops)}`;
}

/** The keys that a map must have, ready to be filled in; `site` is where their values go. */
export function requiredKeys(form: SchemaNode, site: ValueSite, stops: TabStops): readonly string[] {
  return (form.required ?? []).map(key => {
    const property = form.properties?.[key] ?? {};
    return `${key}:${valueSnippet(property, site, stops)}`;
  });
}

function mapSnippet(form: SchemaNode, site: ValueSite, stops: TabStops): string {
  const [example] = form.examples ?? [];
  if (typeof example === "object" && example !== null)
    return ` { ${exampleKeys(example, stops).join(", ")} }`;
  const keys = [
    ...requiredKeys(form, { ...site, below: site.below + 2 }, stops),
    ...ownNames(form, site, stops),
  ];
  const isEmpty = Object.keys(form.properties ?? {}).length === 0 && !form.patternProperties;
  if (isEmpty && form.additionalProperties !== true) return " {}";
  const body = keys.length ? keys : [stops.placeholder("")];
  if (site.flow) return ` { ${body.join(", ")} }`;
  return body.map(key => `\n${" ".repeat(site.below)}${key}`).join("");
}

/** One entry under a name of the author's own, for a map that holds nothing else. */
function ownNames(form: SchemaNode, site: ValueSite, stops: TabStops): readonly string[] {
  const [value] = form.properties ? [] : Object.values(form.patternProperties ?? {});
  if (!value) return [];
  const name = stops.placeholder("name");
  return [`${name}:${valueSnippet(value, { ...site, below: site.below + 2 }, stops)}`];
}

function exampleKeys(example: object, stops: TabStops): readonly string[] {
  return Object.entries(example).map(([key, value]) => `${key}: ${stops.placeholder(yamlText(value))}`);
}

function listSnippet(form: SchemaNode, site: ValueSite, stops: TabStops): string {
  const [item] = form.items ? formsOf(form.items) : [];
  const isMap = item?.type === "object" && item.facts === undefined;
  if (site.flow) return ` [${isMap ? ` ${stops.placeholder("")} ` : item ? scalarSnippet(item, stops) : ""}]`;
  const lead = `\n${" ".repeat(site.below)}- `;
  if (!item || item.facts) return lead + stops.placeholder("");
  if (!isMap) return lead + scalarSnippet(item, stops);
  const keys = requiredKeys(item, { flow: false, below: site.below + 4 }, stops);
  return lead + (keys.length ? keys.join(`\n${" ".repeat(site.below + 2)}`) : stops.placeholder(""));
}

function scalarSnippet(form: SchemaNode, stops: TabStops): string {
  if (form.type === "boolean")
    return stops.choice(form.default === true ? ["false", "true"] : ["true", "false"]);
  const choices = choicesOf(form);
  if (choices) {
    const words = choices.map(choice => yamlText(choice.value));
    const preset = form.default === undefined ? undefined : yamlText(form.default);
    return stops.choice(preset === undefined ? words : [preset, ...words.filter(word => word !== preset)]);
  }
  // Names that the recipe declares are offered once the cursor is there; a made-up one would be wrong.
  const proposal = form.suggest ? undefined : (form.examples?.[0] ?? form.default);
  return stops.placeholder(proposal === undefined ? "" : yamlText(proposal));
}

/** A scalar as YAML: in quotes where it would be read as something else. */
export function yamlText(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value) ?? "";
  const isPlain = /^[A-Za-z/][^:#,[\]{}"'\n]*$/.test(value) && value.trim() === value;
  const isKeyword = /^(true|false|null|yes|no|on|off|~)$/i.test(value);
  return (isPlain || /^[0-9][0-9.]*[KMGT]$/.test(value)) && !isKeyword ? value : JSON.stringify(value);
}
