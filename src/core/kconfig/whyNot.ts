import type { AskedOption, ConfigValues } from "./option.ts";
import { type Definition, dependsOf, hasPrompt, type KconfigSymbol, promptNeeds } from "./symbol.ts";
import { levelOf, unmetParts } from "./unmet.ts";

/**
 * Why an option did not become what was asked for, as the end of a sentence; undefined where Kconfig's text does not
 * tell.
 * @param values of the finished configuration.
 */
export function whyNot(
  { name, value }: AskedOption,
  symbol: KconfigSymbol,
  values: ConfigValues,
): string | undefined {
  if (value === "n") return stillOn(symbol, values);
  const definitions = symbol.definitions.toSorted((a, b) => Number(!a.prompt) - Number(!b.prompt));
  const needed = value === "m" ? 1 : 2;
  const blocked = definitions.map(each => unmetDependency(each, values, needed));
  const [first] = blocked;
  if (first !== undefined && !blocked.includes(undefined)) return first;
  if (!hasPrompt(symbol)) return `nobody can set it by hand${selectors(symbol)}`;
  if (value === "m" && symbol.type === "bool") return "it cannot be a module, only y or n";
  const hidden = definitions.find(each => each.prompt !== undefined);
  const unseen = hidden && unmetPrompt(hidden, values);
  if (unseen !== undefined) return unseen;
  const members = hidden?.inside.findLast(each => each.kind === "choice")?.members ?? [];
  const chosen = members.find(each => values.get(`CONFIG_${each}`) === "y");
  if (chosen !== undefined && `CONFIG_${chosen}` !== name) {
    return `only one of a group can be y, and CONFIG_${chosen} is`;
  }
  if (needed === 2 && values.get(name) === "m") return "something it depends on is only a module";
  return symbol.type === "int" || symbol.type === "hex"
    ? "the value is outside of what is allowed"
    : undefined;
}

function unmetDependency(definition: Definition, values: ConfigValues, needed: 1 | 2): string | undefined {
  for (const depends of dependsOf(definition)) {
    const level = levelOf(depends, values);
    if (level === undefined || level >= needed) continue;
    const parts = unmetParts(depends, values, needed);
    return `it depends on \`${tidy(depends)}\`${because(parts)} (${definition.place})`;
  }
  return undefined;
}

function unmetPrompt(definition: Definition, values: ConfigValues): string | undefined {
  for (const needs of promptNeeds(definition)) {
    if (levelOf(needs, values) !== 0) continue;
    return `it can be changed only if \`${tidy(needs)}\`${because(unmetParts(needs, values, 1))} (${definition.place})`;
  }
  return undefined;
}

function stillOn(symbol: KconfigSymbol, values: ConfigValues): string | undefined {
  const by = symbol.selectedBy
    .filter(each => values.has(`CONFIG_${each.name}`))
    .filter(each => each.condition === undefined || levelOf(each.condition, values) !== 0)
    .map(each => `CONFIG_${each.name}`);
  if (by.length > 0) return `${few(by)} ${by.length === 1 ? "needs" : "need"} it`;
  if (!hasPrompt(symbol)) return "nobody can set it by hand";
  const shown = symbol.definitions.find(each => each.prompt !== undefined);
  const inChoice = shown?.inside.some(each => each.kind === "choice");
  return (shown && unmetPrompt(shown, values)) ?? (inChoice ? "one of its group must be on" : undefined);
}

function selectors({ selectedBy }: KconfigSymbol): string {
  const names = [...new Set(selectedBy.map(each => `CONFIG_${each.name}`))];
  return names.length === 0 ? "" : `; ${few(names)} ${names.length === 1 ? "switches" : "switch"} it on`;
}

function few(names: readonly string[]): string {
  const all = [...new Set(names)];
  if (all.length > 3) return `${all.slice(0, 3).join(", ")} and ${all.length - 3} more`;
  return all.length < 2 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

function because(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `, and ${parts.slice(0, 4).join(", ")}`;
}

function tidy(expression: string): string {
  return expression.replace(/\s+/g, " ").trim();
}
