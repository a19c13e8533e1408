import type { Diagnostic } from "../../shared/diagnostic.ts";
import { meant } from "./nearest.ts";
import type { Options } from "./options.ts";
import type { Span } from "./sourceDocument.ts";
import { type Condition, holds, optionsOf, parseWhen, WhenSyntaxError } from "./when.ts";
import type { WrittenItem } from "./writtenItem.ts";

/** The items whose `when` holds, and what is wrong with the `when`s. */
export function enabledItems(
  items: readonly WrittenItem[],
  options: Options,
): { enabled: WrittenItem[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const enabled = items.filter(item => {
    const condition = conditionOf(item, diagnostics);
    if (!condition) return true;
    diagnostics.push(...unknownOptions(item, condition, options));
    return holds(condition, options.enabled);
  });
  return { enabled, diagnostics };
}

function conditionOf(item: WrittenItem, diagnostics: Diagnostic[]): Condition | undefined {
  if (!item.when) return undefined;
  try {
    return parseWhen(item.when.text);
  } catch (error) {
    if (!(error instanceof WhenSyntaxError)) throw error;
    const advice = "Write option names with not, and, or and parentheses: `network and not debug`.";
    diagnostics.push(item.source.problem("when-syntax", within(item, error), error.message, advice));
    return undefined;
  }
}

function unknownOptions(item: WrittenItem, condition: Condition, { names }: Options): Diagnostic[] {
  return optionsOf(condition)
    .filter(option => !names.includes(option.name))
    .map(option => {
      const message = `The recipe has no option \`${option.name}\`.`;
      const advice = meant(option.name, names) ?? `Declare it: options: { ${option.name}: {} }.`;
      return item.source.problem("unknown-option", within(item, option), message, advice);
    });
}

/** The place in the file of a part of a `when`: exact when the text stands there as it is, else all of it. */
function within({ when, source }: WrittenItem, part: Span): Span {
  if (!when) return { start: 0, end: 0 };
  const { text, span } = when;
  const shift = source.text.slice(span.start, span.end).indexOf(text);
  if (shift < 0) return span;
  return { start: span.start + shift + part.start, end: span.start + shift + part.end };
}
