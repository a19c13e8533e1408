import { choicesOf, type SchemaNode } from "../schemaNode.ts";
import { escapeSnippet } from "../snippet.ts";
import type { CompletionEntry } from "./completion.ts";
import { type LooseMap, textOf, valueUnder } from "./looseTree.ts";
import type { Place } from "./place.ts";
import { yamlText } from "./valueSnippet.ts";

interface Proposal {
  readonly text: string;
  readonly detail?: string | undefined;
  readonly kind?: CompletionEntry["kind"];
}

/** Scalars for a value: its words, true and false, names that the recipe declares, defaults and examples. */
export function scalarCompletions(
  form: SchemaNode,
  place: Place,
  root: LooseMap,
  outputKinds: ReadonlySet<string>,
): readonly CompletionEntry[] {
  if (form.type === "array" || form.type === "object") return [];
  return proposals(form, root, outputKinds).map(({ text, detail, kind }, index) => ({
    label: text,
    kind: kind ?? "value",
    detail,
    documentation: form.description,
    insertText: place.gap + escapeSnippet(text),
    replace: place.replace,
    sortText: `0${String(index).padStart(3, "0")}`,
  }));
}

function proposals(form: SchemaNode, root: LooseMap, outputKinds: ReadonlySet<string>): readonly Proposal[] {
  if (form.suggest === "options") return optionProposals(root);
  if (form.suggest === "outputs")
    return outputNames(root, outputKinds).map(text => ({ text: yamlText(text) }));
  const choices = choicesOf(form);
  if (choices) {
    return choices.map(each => ({
      text: yamlText(each.value),
      detail: asDefault(form, each.value) ?? each.description,
    }));
  }
  if (form.type === "boolean") {
    return [true, false].map(value => ({ text: String(value), detail: asDefault(form, value) }));
  }
  const values = [...(form.default === undefined ? [] : [form.default]), ...(form.examples ?? [])];
  return [...new Set(values)].map(value => ({
    text: yamlText(value),
    detail: asDefault(form, value) ?? "example",
  }));
}

function asDefault(form: SchemaNode, value: unknown): string | undefined {
  return form.default === value ? "default" : undefined;
}

function optionProposals(root: LooseMap): readonly Proposal[] {
  const options = valueUnder(root, "options");
  const names = options?.type === "map" ? options.entries.filter(each => each.colon !== undefined) : [];
  const described = names.map(({ key, value }) => ({
    key,
    detail: textOf(valueUnder(value, "description")),
  }));
  return [
    ...described.map(({ key, detail }): Proposal => ({ text: key, detail, kind: "option" })),
    ...described.map(({ key, detail }): Proposal => ({ text: `not ${key}`, detail, kind: "option" })),
  ];
}

/** Names of the outputs of this file, as loading will give them. */
export function outputNames(root: LooseMap, outputKinds: ReadonlySet<string>): readonly string[] {
  const outputs = valueUnder(root, "outputs");
  const items = outputs?.type === "list" ? outputs.items : [];
  const names = items.flatMap(({ value }) => {
    const kind =
      value?.type === "map" ? value.entries.find(each => outputKinds.has(each.key))?.key : undefined;
    const name = textOf(valueUnder(value, "name")) ?? kind;
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)];
}
