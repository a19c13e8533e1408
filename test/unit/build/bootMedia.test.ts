import { afterEach, beforeEach, expect, test } from "vitest";
import { bootMediaOf } from "../../../src/core/build/bootMedia.ts";
import { fixtureKinds } from "../../fixtures/build/kinds.ts";
import { recipeOf } from "../../fixtures/build/recipe.ts";
import { makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

const outputs = [
  ["dump", {}],
  ["dump", {}, "second"],
] as const;
const { outputs: bootable } = fixtureKinds;
const unbootable = bootable.map(({ boot: _boot, ...kind }) => kind);

test("the output asked for, else the first that can be booted, with its own files", async () => {
  const { report } = await place.build([], outputs);
  const recipe = recipeOf(place.recipes, [], outputs);
  const media = (name?: string) => bootMediaOf(recipe, report, name, bootable);
  expect(media().drives).toEqual([{ path: `${place.out}/fixture-dump.txt`, format: "raw" }]);
  expect(media("second").drives).toEqual([{ path: `${place.out}/fixture-second.txt`, format: "raw" }]);
  expect(media("second").kernel).toBe(`${place.out}/fixture.vmlinuz`);
});

test("words that a file needs for booting are kept with it, also by a build that has nothing to do", async () => {
  const recipe = recipeOf(place.recipes, [], outputs);
  for (const _build of ["first", "unchanged"]) {
    const { report } = await place.build([], outputs);
    expect(bootMediaOf(recipe, report, "second", bootable).cmdline).toEqual(["made=second"]);
  }
});

test("what cannot be booted says why and what could", () => {
  const recipe = recipeOf(place.recipes, [], outputs);
  const none = { outputs: [] };
  expect(() => bootMediaOf(recipe, none, undefined, bootable)).toThrow("The output dump has not been built.");
  expect(() => bootMediaOf(recipe, none, "third", bootable)).toThrow("has no output third");
  expect(() => bootMediaOf(recipe, none, "second", unbootable)).toThrow("second (dump) cannot be booted");
  expect(() => bootMediaOf(recipe, none, undefined, unbootable)).toThrow("no output that can be booted");
});
