import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { planBuild } from "../../../src/core/build/planBuild.ts";
import { fixtureKinds, withVersion } from "../../fixtures/build/kinds.ts";
import { type FixtureItem, recipeOf } from "../../fixtures/build/recipe.ts";
import { makeWorkplace, never, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

const keys = async (stages: readonly FixtureItem[]) =>
  (await place.plan(stages)).stages.map(stage => stage.key);
const text = (content: string): FixtureItem => ["text", { path: "a", content }];
const list: FixtureItem = ["list", { path: "list" }];

test("a stage that does not read the tree keeps its key when stages below change", async () => {
  const before = await keys([text("1"), text("2"), list]);
  const after = await keys([text("changed"), text("2"), list]);
  expect(after[0]).not.toBe(before[0]);
  expect(after[1]).toBe(before[1]);
  expect(after[2]).not.toBe(before[2]);
});

test("a stage that reads the tree keeps its key when stages above change", async () => {
  const [, before] = await keys([text("1"), list, text("2")]);
  const [, after] = await keys([text("1"), list, text("3")]);
  expect(after).toBe(before);
});

test("the order in which parameters are written and the name of a stage do not matter", async () => {
  const one = await place.plan([["text", { path: "a", content: "1" }]]);
  const two = await place.plan([["text", { content: "1", path: "a" }, "other name"]]);
  expect(two.treeKey).toBe(one.treeKey);
  expect(two.outputs[0]?.key).toBe(one.outputs[0]?.key);
});

test("kind version, processor and clock are part of every key", async () => {
  const recipe = recipeOf(place.recipes, [text("1")]);
  const plans = await Promise.all([
    planBuild(recipe, place.host, never, { kinds: fixtureKinds }),
    planBuild(recipe, place.host, never, { kinds: withVersion("text", 2) }),
    planBuild({ ...recipe, arch: "aarch64" }, place.host, never, { kinds: fixtureKinds }),
    planBuild(recipe, { ...place.host, env: { SOURCE_DATE_EPOCH: "1700000000" } }, never, {
      kinds: fixtureKinds,
    }),
  ]);
  expect(new Set(plans.map(plan => plan.stages[0]?.key)).size).toBe(4);
  expect(new Set(plans.map(plan => plan.outputs[0]?.key)).size).toBe(4);
  expect(plans.map(plan => plan.clock)).toEqual([0, 0, 0, 1700000000]);
});

test("a clock that is no number is refused", async () => {
  const host = { ...place.host, env: { SOURCE_DATE_EPOCH: "yesterday" } };
  const planning = planBuild(recipeOf(place.recipes, []), host, never, { kinds: fixtureKinds });
  await expect(planning).rejects.toMatchObject({ code: "bad-clock" });
});

test("contents, names, links and permission bits of an input folder are part of the key", async () => {
  const folder = join(place.recipes, "in");
  mkdirSync(join(folder, "sub"), { recursive: true });
  writeFileSync(join(folder, "sub", "file"), "1");
  const stage: FixtureItem = ["copy", { source: "in" }];
  const seen = new Set(await keys([stage]));
  const changes = [
    () => writeFileSync(join(folder, "sub", "file"), "2"),
    () => chmodSync(join(folder, "sub", "file"), 0o755),
    () => chmodSync(join(folder, "sub"), 0o700),
    () => symlinkSync("sub/file", join(folder, "link")),
    () => writeFileSync(join(folder, "more"), ""),
    () => mkdirSync(join(folder, "empty")),
  ];
  for (const [index, change] of changes.entries()) {
    change();
    for (const key of await keys([stage])) seen.add(key);
    expect(seen.size).toBe(index + 2);
  }
  expect(await keys([stage])).toEqual([[...seen].at(-1)]);
});

test("a missing input is placed in the recipe, with the name that was probably meant", async () => {
  writeFileSync(join(place.recipes, "start.sh"), "");
  const planning = place.plan([text("1"), ["copy", { source: "strat.sh" }]]);
  await expect(planning).rejects.toMatchObject({
    code: "input-missing",
    message: "strat.sh does not exist.",
    advice: expect.stringContaining("Did you mean start.sh?"),
    range: { start: { line: 11, column: 2 } },
  });
});

test("facts of all stages are asked for at the same time; the first failure stops the rest", async () => {
  const waits = (ms: number, fails: boolean) => ({
    ...fixtureKinds,
    stages: fixtureKinds.stages.map(kind => ({
      ...kind,
      async resolve(
        _parameters: unknown,
        where: { fail(code: string, message: string): Error; readonly signal: AbortSignal },
      ) {
        const { signal } = where;
        await new Promise((resolve, reject) => {
          setTimeout(resolve, fails && kind.kind === "list" ? 10 : ms);
          signal.addEventListener("abort", () => reject(signal.reason));
        });
        if (fails && kind.kind === "list") throw where.fail("no-fact", "No.");
        return "fact";
      },
    })),
  });
  const recipe = recipeOf(place.recipes, [text("1"), list, text("2")]);
  const began = performance.now();
  const plan = await planBuild(recipe, place.host, never, { kinds: waits(500, false) });
  expect(plan.stages.map(stage => stage.resolved)).toEqual(["fact", "fact", "fact"]);
  expect(performance.now() - began).toBeLessThan(990);
  await expect(planBuild(recipe, place.host, never, { kinds: waits(5000, true) })).rejects.toMatchObject({
    code: "no-fact",
  });
  expect(performance.now() - began).toBeLessThan(2000);
});
