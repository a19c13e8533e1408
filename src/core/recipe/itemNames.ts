import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { WrittenItem } from "./writtenItem.ts";

export interface NamedItem extends WrittenItem {
  readonly title: string;
}

/**
 * Gives each item its name: as written, else its kind, with ` 2`, ` 3` … where that is taken.
 * The same written name twice is a problem.
 */
export function nameItems(items: readonly WrittenItem[]): { named: NamedItem[]; diagnostics: Diagnostic[] } {
  const written = items.flatMap(item => (item.name ? [item.name.text] : []));
  const taken = new Set(written);
  const seen = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const named = items.map((item): NamedItem => {
    if (!item.name) return { ...item, title: freeName(item.kind, taken) };
    const title = item.name.text;
    if (seen.has(title)) diagnostics.push(duplicate(item, title, item.name.span));
    seen.add(title);
    return { ...item, title };
  });
  return { named, diagnostics };
}

function freeName(kind: string, taken: Set<string>): string {
  let name = kind;
  for (let number = 2; taken.has(name); number += 1) name = `${kind} ${number}`;
  taken.add(name);
  return name;
}

function duplicate({ what, source }: WrittenItem, title: string, span: WrittenItem["span"]): Diagnostic {
  const message = `Another ${what} is called \`${title}\` already.`;
  return source.problem(
    "duplicate-name",
    span,
    message,
    "Give each its own name; trees and reports go by it.",
  );
}

/** Outputs of several files: a later one takes the place of an earlier one of the same name. */
export function mergeOutputs(files: readonly (readonly NamedItem[])[]): NamedItem[] {
  const merged = new Map<string, NamedItem>();
  for (const item of files.flat()) merged.set(item.title, item);
  return [...merged.values()];
}
