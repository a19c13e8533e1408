import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PlanOptions } from "../../../src/core/build/planBuild.ts";
import { comparePins, lockPlan } from "../../../src/core/lockFile/lockPlan.ts";
import { readLockFile } from "../../../src/core/lockFile/readLockFile.ts";
import { writeLockFile } from "../../../src/core/lockFile/writeLockFile.ts";
import { applied } from "../../fixtures/build/kinds.ts";
import { type FixtureItem, recipeOf } from "../../fixtures/build/recipe.ts";
import { makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
let recipe: string;
let lock: string;
beforeEach(() => {
  place = makeWorkplace();
  recipe = recipeOf(place.recipes, []).file;
  lock = join(place.recipes, "fixture.whittle.lock.yaml");
  applied.length = 0;
  offer("1.0");
});
afterEach(() => place.remove());

const vim = ["pack", { package: "vim" }, "editor"] as const;

function offer(version: string): void {
  writeFileSync(join(place.recipes, "mirror"), version);
}

async function hold(items: readonly FixtureItem[], options?: PlanOptions) {
  const before = await readLockFile(recipe);
  const after = lockPlan(await place.plan(items, [], options), before);
  await writeLockFile(after);
  return comparePins(before, after, "x86_64");
}

async function versions(items: readonly FixtureItem[], options?: PlanOptions) {
  const plan = await place.plan(items, [], options);
  return plan.stages.map(stage => (stage.resolved as { version?: string } | null)?.version);
}

test("a lock file holds a stage to the version of the day it was written, without asking the mirror", async () => {
  expect(await hold([vim])).toEqual([{ of: "editor", name: "vim", from: undefined, to: "1.0" }]);
  const keyThen = (await place.plan([vim])).stages[0]?.key;
  offer("2.0");
  applied.length = 0;
  expect(await versions([vim])).toEqual(["1.0"]);
  expect(await versions([vim], { lock: "require" })).toEqual(["1.0"]);
  expect(applied).toEqual([]);
  expect((await place.plan([vim])).stages[0]?.key).toBe(keyThen);
  expect(await versions([vim], { lock: "ignore" })).toEqual(["2.0"]);
});

test("an update asks anew and says what changed; writing the same twice gives the same bytes", async () => {
  await hold([vim]);
  const bytes = readFileSync(lock, "utf8");
  await hold([vim]);
  expect(readFileSync(lock, "utf8")).toBe(bytes);
  offer("2.0");
  const changes = await hold([vim], { lock: "ignore", fresh: true });
  expect(changes).toEqual([{ of: "editor", name: "vim", from: "1.0", to: "2.0" }]);
  expect(applied.at(-1)).toBe("asked anew");
});

test("with --locked, what the lock file lacks or the recipe changed is an error at the stage", async () => {
  await expect(place.plan([vim], [], { lock: "require" })).rejects.toMatchObject({
    code: "lock-missing",
    range: { start: { line: 10 } },
  });
  await hold([vim]);
  const emacs = ["pack", { package: "emacs" }, "editor"] as const;
  await expect(place.plan([emacs], [], { lock: "require" })).rejects.toMatchObject({
    code: "lock-outdated",
    range: { start: { line: 10 } },
  });
  rmSync(join(place.recipes, "mirror"));
  await expect(place.plan([emacs], [], { lock: "require" })).rejects.toMatchObject({ code: "lock-outdated" });
});

test("without --locked, a stage that the lock file does not fit is looked up, with a warning", async () => {
  await hold([vim]);
  offer("2.0");
  const plan = await place.plan(
    [
      ["pack", { package: "emacs" }, "editor"],
      ["pack", { package: "ed" }, "other"],
    ],
    [],
  );
  expect(plan.stages.map(stage => stage.resolved)).toMatchObject([{ version: "2.0" }, { version: "2.0" }]);
  expect(plan.warnings.map(each => [each.code, each.range.start.line])).toEqual([
    ["lock-outdated", 10],
    ["lock-missing", 11],
  ]);
});

test("an output's facts are held as well, and are part of its key", async () => {
  const outputs: readonly FixtureItem[] = [["loaded", {}, "disk"]];
  const facts = async (options?: PlanOptions) => (await place.plan([], outputs, options)).outputs[0];
  const then = await facts();
  await writeLockFile(lockPlan(await place.plan([], outputs), undefined));
  offer("2.0");
  expect(await facts({ lock: "require" })).toMatchObject({ resolved: { version: "1.0" }, key: then?.key });
  const newer = await facts({ lock: "ignore" });
  expect(newer?.resolved).toMatchObject({ version: "2.0" });
  expect(newer?.key).not.toBe(then?.key);
  await place.build([], outputs);
  expect(readFileSync(join(place.out, "loaded.txt"), "utf8")).toContain('"version":"1.0"');
});

test("stages that an option switched off and other architectures keep their pins", async () => {
  await hold([vim, ["pack", { package: "ed" }, "other"]]);
  await hold([vim]);
  const held = await readLockFile(recipe);
  expect([...(held?.stages.keys() ?? [])]).toEqual(["editor", "other"]);
  const text = readFileSync(lock, "utf8");
  writeFileSync(lock, text.replace("x86_64", "aarch64"));
  await hold([vim]);
  expect([...((await readLockFile(recipe))?.stages.get("editor")?.keys() ?? [])]).toEqual([
    "aarch64",
    "x86_64",
  ]);
});

test("stages that ask nobody need no lock file", async () => {
  const text = ["text", { path: "a", content: "" }] as const;
  expect((await place.plan([text], [], { lock: "require" })).stages).toHaveLength(1);
  expect(existsSync(lock)).toBe(false);
});

test.each([
  ["the marks of a merge", "format: 1\nstages:\n<<<<<<< ours\n", 3],
  ["text that is no YAML", "format: 1\nstages: {\n", 3],
  ["another format", "format: 99\nstages: {}\n", 1],
  ["half a pin", "format: 1\nstages:\n  editor:\n    x86_64: { kind: pack }\n", 3],
])("a lock file with %s is an error at its place", async (_what, text, line) => {
  writeFileSync(lock, text);
  await expect(place.plan([vim])).rejects.toMatchObject({
    code: "lock-invalid",
    range: { file: lock, start: { line } },
  });
});

test("what a mirror says while it is asked reaches the listener under the stage's name", async () => {
  const said: string[] = [];
  await place.plan([vim], [], { onLog: (work, line) => void said.push(`${work.name}: ${line}`) });
  expect(said).toEqual(["editor: the mirror has vim 1.0"]);
});
