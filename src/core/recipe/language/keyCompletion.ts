import { kindBranches, type SchemaNode } from "../schemaNode.ts";
import { exampleText } from "../snippet.ts";
import type { CompletionEntry } from "./completion.ts";
import { documentation, kindDocumentation } from "./documentation.ts";
import type { Place } from "./place.ts";
import { formsOf, mapForms } from "./schemaWalk.ts";
import { TabStops, valueSnippet } from "./valueSnippet.ts";

/** The keys that a map can still take: kinds first, then what it must have, then the rest in the schema's order. */
export function keyCompletions(schemas: readonly SchemaNode[], place: Place): readonly CompletionEntry[] {
  const entries = new Map<string, CompletionEntry>();
  for (const form of mapForms(schemas, place.present)) {
    for (const [key, property] of Object.entries(form.properties ?? {})) {
      if (place.present.includes(key) || entries.has(key)) continue;
      entries.set(
        key,
        form.facts?.kind === key ? kindKey(form, place) : plainKey(form, key, property, place),
      );
    }
    for (const property of openValues(form)) {
      if (!entries.has("")) entries.set("", ownName(property, place));
    }
  }
  return [...entries.values()].map((entry, index) => ({ ...entry, sortText: entry.sortText + rank(index) }));
}

export function rank(index: number): string {
  return String(index).padStart(3, "0");
}

/** Schemas of the values under names that the author makes up. */
function openValues(form: SchemaNode): readonly SchemaNode[] {
  const open = form.additionalProperties;
  return [...Object.values(form.patternProperties ?? {}), ...(typeof open === "object" ? [open] : [])];
}

function kindKey(form: SchemaNode, place: Place): CompletionEntry {
  const [branch] = kindBranches({ anyOf: [form] }) ?? [];
  if (!branch) return plainKey(form, "", {}, place);
  const { kind, summary, example, icon, what } = branch.facts;
  // Lines of an example count from the dash; in a map's own line the editor starts from the key.
  const value = place.hasColon ? "" : `:${place.flow ? " " : exampleText(example)}`;
  return {
    label: kind,
    kind: what,
    detail: summary,
    documentation: kindDocumentation(branch),
    insertText: inserted(place, kind + value),
    replace: place.replace,
    sortText: "0",
    icon,
  };
}

function plainKey(form: SchemaNode, key: string, property: SchemaNode, place: Place): CompletionEntry {
  const isRequired = form.required?.includes(key) ?? false;
  const value = place.hasColon ? "" : `:${valueSnippet(property, siteOf(place), new TabStops())}`;
  return {
    label: key,
    kind: "property",
    detail: isRequired ? "must be given" : undefined,
    documentation: documentation(property, isRequired),
    insertText: inserted(place, key + value),
    replace: place.replace,
    sortText: isRequired ? "1" : "2",
    continues:
      !place.hasColon && formsOf(property).some(each => each.suggest !== undefined || each.format === "path"),
  };
}

function ownName(property: SchemaNode, place: Place): CompletionEntry {
  const stops = new TabStops();
  const name = stops.placeholder("name");
  const value = place.hasColon ? "" : `:${valueSnippet(property, siteOf(place), stops)}`;
  return {
    label: "name of your own",
    kind: "snippet",
    detail: property.description,
    documentation: documentation(property),
    insertText: inserted(place, name + value),
    replace: place.replace,
    sortText: "3",
  };
}

/** Lines below a key stand two columns deeper than the key itself. */
function siteOf(place: Place) {
  const keyColumn = place.behindKey ? place.column + 2 : place.column;
  return { flow: place.flow, below: keyColumn + 2 - place.indent };
}

/** Behind another key on its line, a key begins the next line. */
function inserted(place: Place, text: string): string {
  if (place.behindKey) return `\n${" ".repeat(place.column + 2 - place.indent)}${text}`;
  return place.gap + text;
}
