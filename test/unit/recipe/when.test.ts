import { describe, expect, test } from "vitest";
import { holds, optionsOf, parseWhen, WhenSyntaxError } from "../../../src/core/recipe/when.ts";

const on = new Set(["a", "b-1"]);

describe("conditions", () => {
  test.each([
    ["a", true],
    ["c", false],
    ["not c", true],
    ["not not a", true],
    ["a and c", false],
    ["a or c", true],
    ["c and c or a", true],
    ["c and (c or a)", false],
    ["not c and a", true],
    ["not (a and b-1)", false],
    ["(a)and(b-1)", true],
    ["  a\n  and b-1 ", true],
    ["order or android", false],
  ])("%s is %s when a and b-1 are on", (text, expected) => {
    expect(holds(parseWhen(text), on)).toBe(expected);
  });

  test("tell the options they mention, with their places", () => {
    const text = "not (net or b-1)";
    const found = optionsOf(parseWhen(text)).map(({ name, start, end }) => [name, text.slice(start, end)]);
    expect(found).toEqual([
      ["net", "net"],
      ["b-1", "b-1"],
    ]);
  });

  test.each([
    ["a b", 2, 3],
    ["a and", 4, 5],
    ["(a", 0, 1],
    ["a)", 1, 2],
    ["a && b", 2, 3],
    ["not", 2, 3],
    ["or a", 0, 2],
    [" ", 0, 1],
  ])("%j is none, and the place is known", (text, start, end) => {
    const failed = () => parseWhen(text);
    expect(failed).toThrow(WhenSyntaxError);
    expect(failed).toThrow(expect.objectContaining({ start, end }));
  });
});
