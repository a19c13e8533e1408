import { choicesOf, kindBranches, type SchemaNode } from "../schemaNode.ts";
import { exampleText } from "../snippet.ts";
import type { CompletionEntry } from "./completion.ts";
import { documentation, kindDocumentation } from "./documentation.ts";
import { rank } from "./keyCompletion.ts";
import type { Place } from "./place.ts";
import { formsOf } from "./schemaWalk.ts";
import { requiredKeys, TabStops, yamlText } from "./valueSnippet.ts";

/** New items for a list, each with its dash. */
export function itemCompletions(items: SchemaNode, place: Place): readonly CompletionEntry[] {
  const lead = place.behindKey ? `\n${" ".repeat(place.column + 2 - place.indent)}` : place.gap;
  const base = { replace: place.replace };
  const kinds = kindBranches(items);
  if (kinds) {
    return kinds.map((branch, index) => ({
      ...base,
      label: branch.facts.kind,
      kind: branch.facts.what,
      detail: branch.facts.summary,
      documentation: kindDocumentation(branch),
      insertText: `${lead}- ${branch.facts.kind}:${exampleText(branch.facts.example)}`,
      sortText: `0${rank(index)}`,
      icon: branch.facts.icon,
    }));
  }
  return formsOf(items).flatMap((form, index) =>
    entriesFor(form).map(({ label, text }) => ({
      ...base,
      label,
      kind: "snippet" as const,
      detail: form.description,
      documentation: documentation(form),
      insertText: `${lead}- ${text(place)}`,
      sortText: `0${rank(index)}`,
    })),
  );
}

interface Entry {
  readonly label: string;
  text(place: Place): string;
}

function entriesFor(form: SchemaNode): readonly Entry[] {
  const proposals = choicesOf(form)?.map(choice => choice.value) ?? form.examples;
  if (proposals?.length) {
    return proposals.map(value => ({
      label: `- ${String(value)}`,
      text: () => yamlText(value).replace(/[$}\\]/g, "\\$&"),
    }));
  }
  if (form.type !== "object") return [{ label: "- …", text: () => new TabStops().placeholder("") }];
  const label = `- ${(form.required ?? []).join(", ") || "…"}`;
  return [{ label, text: place => mapItem(form, place) }];
}

function mapItem(form: SchemaNode, place: Place): string {
  const stops = new TabStops();
  // Behind a key the list stands two columns deeper than the key, its maps two more.
  const column = (place.behindKey ? place.column + 2 : place.column) - place.indent + 2;
  const keys = requiredKeys(form, { flow: false, below: column + 2 }, stops);
  return keys.length ? keys.join(`\n${" ".repeat(column)}`) : stops.placeholder("");
}
