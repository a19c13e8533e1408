import { isMap } from "yaml";
import type { Diagnostic } from "../../../shared/diagnostic.ts";
import type { SchemaNode } from "../schemaNode.ts";
import { missingKeys } from "./map.ts";
import { capital } from "./scalar.ts";
import { fits, type Subject, samePlace, unexpected, validate, wrongType } from "./validate.ts";
import { joinOr, typeOf } from "./wording.ts";

/**
 * Checks a value that may have several forms. Only the forms of its type count; of those, the one it is nearest
 * to says what is wrong, so that nobody reads complaints about a form they did not mean.
 */
export function validateUnion(
  schema: SchemaNode,
  branches: readonly SchemaNode[],
  value: Subject,
): Diagnostic[] {
  const type = typeOf(value.node);
  const fitting = branches.filter(branch => fits(branch, type));
  if (fitting.length === 0) return [wrongType(schema, value)];
  const results = fitting.map(branch => ({ branch, found: validate(branch, value) }));
  if (results.some(result => result.found.length === 0)) return [];
  if (results.every(result => result.found.every(each => isThisValue(each, value)))) {
    return [unexpected("wrong-value", schema, value)];
  }
  const [best] = [...results].sort((a, b) => cost(a.found) - cost(b.found));
  if (!best) return [];
  if (!isMap(value.node) || fitting.length === 1) return best.found;
  const names = value.source.pairs(value.node).map(pair => pair.name);
  if (results.every(result => onlyLacksKeys(result.found))) return [lacksOneOf(fitting, names, value)];
  return best.found.map(each => asConflict(each, best.branch, fitting, value));
}

// The value itself is none of the forms: then all of them say what would do.
function isThisValue(found: Diagnostic, value: Subject): boolean {
  return found.code === "wrong-value" && samePlace(found, { range: value.source.range(value.span) });
}

// A key too many says more surely than a missing one that another form was meant.
function cost(found: readonly Diagnostic[]): number {
  return found.reduce((sum, each) => sum + (each.code === "missing-key" ? 2 : 3), 0);
}

function onlyLacksKeys(found: readonly Diagnostic[]): boolean {
  return found.every(each => each.code === "missing-key");
}

function lacksOneOf(branches: readonly SchemaNode[], names: readonly string[], value: Subject): Diagnostic {
  const ways = branches.map(branch =>
    missingKeys(branch, names)
      .map(key => `\`${key}\``)
      .join(" and "),
  );
  const message = `${capital(value.label)} needs ${joinOr([...new Set(ways)])}.`;
  return value.source.problem("missing-key", value.span, message);
}

/** A key that another form knows is no spelling mistake: it cannot stand together with the rest. */
function asConflict(
  found: Diagnostic,
  branch: SchemaNode,
  branches: readonly SchemaNode[],
  { source, node }: Subject,
): Diagnostic {
  if (found.code !== "unknown-key" || !isMap(node)) return found;
  const pairs = source.pairs(node);
  const pair = pairs.find(each => samePlace(found, { range: source.range(each.key) }));
  const known = branches.some(other => pair && Object.hasOwn(other.properties ?? {}, pair.name));
  if (!pair || !known) return found;
  const required = (branch.required ?? []).filter(key => pairs.some(each => each.name === key));
  const beside = joinOr(required.map(key => `\`${key}\``)) || "the other keys";
  const message = `\`${pair.name}\` cannot stand beside ${beside}.`;
  return source.problem("key-conflict", pair.key, message, "Keep one of them.");
}
