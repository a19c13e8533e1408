import { expect, test } from "vitest";
import { keepNewest } from "../../../src/core/image/keepNewest.ts";

test("what was asked for last is remembered, and no more than that", async () => {
  const made: number[] = [];
  const get = keepNewest(2, async key => {
    made.push(key);
    return `${key}`;
  });
  for (const key of [1, 2, 1, 3, 1, 2]) expect(await get(key)).toBe(`${key}`);
  expect(made).toEqual([1, 2, 3, 2]);
});
