import { type Expression, parseExpression } from "./expression.ts";
import type { ConfigValues } from "./option.ts";

/** 0 is n, 1 is m, 2 is y; undefined where it takes the compiler to know. */
type Level = 0 | 1 | 2 | undefined;

/** How far a dependency is met by a finished configuration. Text that is no dependency counts as met. */
export function levelOf(text: string, values: ConfigValues): Level {
  const expression = parseExpression(text);
  return expression ? level(expression, values) : 2;
}

/**
 * Says which parts of a dependency are in the way, as `INET is n`.
 * @param needed 1 when a module would do.
 */
export function unmetParts(text: string, values: ConfigValues, needed: 1 | 2): string[] {
  const expression = parseExpression(text);
  return expression ? [...new Set(unmet(expression, values, needed))] : [];
}

function unmet(expression: Expression, values: ConfigValues, needed: 1 | 2): string[] {
  const now = level(expression, values);
  if (now === undefined || now >= needed) return [];
  switch (expression.is) {
    case "and":
    case "or":
      return [...unmet(expression.left, values, needed), ...unmet(expression.right, values, needed)];
    case "not":
      return isOn(expression.of, values);
    case "symbol":
      return [`${expression.name} is ${word(now)}`];
    case "compare": {
      const names = [expression.left, expression.right].filter(each => each.is === "symbol");
      return names.flatMap(each =>
        /^[ymn]$|^\d/.test(each.name) ? [] : [`${each.name} is ${textOf(each, values) ?? "n"}`],
      );
    }
    default:
      return [];
  }
}

/** What stands behind a `!` that does not hold. */
function isOn(expression: Expression, values: ConfigValues): string[] {
  if (expression.is === "symbol") return [`${expression.name} is ${textOf(expression, values)}`];
  if (expression.is === "and" || expression.is === "or") {
    return [...isOn(expression.left, values), ...isOn(expression.right, values)].filter(
      each => !each.endsWith(" is n"),
    );
  }
  return [];
}

function level(expression: Expression, values: ConfigValues): Level {
  switch (expression.is) {
    case "symbol":
    case "text": {
      const value = textOf(expression, values);
      return value === "y" ? 2 : value === "m" ? 1 : 0;
    }
    case "macro":
      return undefined;
    case "not": {
      const inner = level(expression.of, values);
      return inner === undefined ? undefined : ((2 - inner) as Level);
    }
    case "and":
      return lower(level(expression.left, values), level(expression.right, values));
    case "or":
      return higher(level(expression.left, values), level(expression.right, values));
    case "compare":
      return compare(expression, values);
  }
}

function lower(left: Level, right: Level): Level {
  if (left === 0 || right === 0) return 0;
  if (left === undefined || right === undefined) return undefined;
  return left < right ? left : right;
}

function higher(left: Level, right: Level): Level {
  if (left === 2 || right === 2) return 2;
  if (left === undefined || right === undefined) return undefined;
  return left > right ? left : right;
}

function compare(
  { operator, left, right }: Extract<Expression, { is: "compare" }>,
  values: ConfigValues,
): Level {
  const a = textOf(left, values);
  const b = textOf(right, values);
  if (a === undefined || b === undefined) return undefined;
  const holds = {
    "=": a === b,
    "!=": a !== b,
    "<": Number(a) < Number(b),
    ">": Number(a) > Number(b),
    "<=": Number(a) <= Number(b),
    ">=": Number(a) >= Number(b),
  }[operator];
  return holds === undefined ? undefined : holds ? 2 : 0;
}

/** As text, without quotes; undefined for macros. */
function textOf(expression: Expression, values: ConfigValues): string | undefined {
  if (expression.is === "text") return expression.text;
  if (expression.is !== "symbol") return undefined;
  // A word that can be no symbol stands for itself.
  if (/^[ymn]$|^\d/.test(expression.name)) return expression.name;
  return values.get(`CONFIG_${expression.name}`)?.replace(/^"(.*)"$/, "$1") ?? "n";
}

function word(now: Level): string {
  return now === 2 ? "y" : now === 1 ? "m" : "n";
}
