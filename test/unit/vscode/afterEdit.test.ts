import { expect, test } from "vitest";
import { afterEdit, type Edit } from "../../../src/vscode/language/afterEdit.ts";
import { lines } from "./states.ts";

const problem = { range: lines("/w/a", 5, 6), severity: "error", code: "x", message: "" } as const;

function lineAfter(from: [number, number], to: [number, number], text: string): number | undefined {
  const [start, end] = [from, to].map(([line, column]) => ({ line, column })) as [Edit["start"], Edit["end"]];
  return afterEdit(problem, { start, end, text })?.range.start.line;
}

test("lines put in or taken away above move what was said of those below", () => {
  expect(lineAfter([2, 4], [2, 4], "\n\n")).toBe(7);
  expect(lineAfter([5, 1], [5, 1], "new\n")).toBe(6);
  expect(lineAfter([2, 1], [4, 1], "")).toBe(3);
  expect(lineAfter([4, 1], [5, 1], "")).toBe(4);
  expect(lineAfter([1, 1], [1, 5], "word")).toBe(5);
});

test("edits below leave it alone", () => {
  expect(lineAfter([7, 1], [9, 1], "")).toBe(5);
});

test("edits of the lines themselves end it", () => {
  expect(lineAfter([5, 3], [5, 4], "a")).toBeUndefined();
  expect(lineAfter([5, 1], [5, 1], "a")).toBeUndefined();
  expect(lineAfter([4, 3], [5, 1], "")).toBeUndefined();
  expect(lineAfter([6, 80], [6, 80], "a")).toBeUndefined();
  expect(lineAfter([1, 1], [9, 1], "")).toBeUndefined();
});
