import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { planBuild } from "../../../src/core/build/planBuild.ts";
import { runBuild } from "../../../src/core/build/runBuild.ts";
import { completeBoot } from "../../../src/core/recipe/bootSchema.ts";
import { applied, fixtureKinds } from "../../fixtures/build/kinds.ts";
import { recipeOf } from "../../fixtures/build/recipe.ts";
import { images, leftovers, makeWorkplace, never, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
  applied.length = 0;
});
afterEach(() => place.remove());

const file = "fixture-dump.txt.cmdline";

/** Builds with these words in `boot.cmdline`. */
async function build(cmdline?: string) {
  const boot = completeBoot(cmdline === undefined ? {} : { cmdline }, undefined);
  const recipe = { ...recipeOf(place.recipes, [["text", { path: "a", content: "1" }]]), boot };
  const plan = await planBuild(recipe, place.host, never, { kinds: fixtureKinds });
  return runBuild(plan, place.host, { signal: never, kinds: fixtureKinds });
}

test("the words of the output and of the recipe lie beside the kernel, with a console in any case", async () => {
  await build("quiet");
  expect(images(place)[file]).toBe("made=dump quiet console=ttyS0\n");
  expect(readFileSync(join(place.out, `${file}.sha256`), "utf8")).toMatch(
    /^[0-9a-f]{64} {2}fixture-dump\.txt\.cmdline\n$/,
  );
});

test("other words of the recipe change that file alone", async () => {
  await build("quiet");
  const image = join(place.out, "fixture-dump.txt");
  const identity = () => {
    const { ino, mtimeNs, ctimeNs } = statSync(image, { bigint: true });
    return [ino, mtimeNs, ctimeNs];
  };
  const before = identity();
  applied.length = 0;
  const report = await build("debug console=ttyS1");
  expect(applied).toEqual([]);
  expect(images(place)).toEqual({
    "fixture-dump.txt": "a 1\n",
    [file]: "made=dump debug console=ttyS1\n",
    "fixture.vmlinuz": "kernel",
  });
  expect(identity()).toEqual(before);
  const told = report.outputs.find(({ kind }) => kind === "cmdline");
  expect(told).toMatchObject({ path: join(place.out, file), cmdline: ["made=dump"] });
  const manifest = JSON.parse(readFileSync(join(place.out, "manifest.json"), "utf8"));
  expect(manifest.outputs).toContainEqual({
    ...{ output: "dump", kind: "cmdline", file },
    ...{ bytes: told?.bytes, sha256: told?.sha256 },
  });
  expect(leftovers(place)).toEqual([]);
});

test("with the same words nothing is done", async () => {
  await build("quiet");
  applied.length = 0;
  const before = statSync(join(place.out, file), { bigint: true }).ctimeNs;
  await build("  quiet ");
  expect(applied).toEqual([]);
  expect(statSync(join(place.out, file), { bigint: true }).ctimeNs).toBe(before);
});

test("a file that somebody wrote to is made anew", async () => {
  await build();
  writeFileSync(join(place.out, file), "mine");
  await build();
  expect(images(place)[file]).toBe("made=dump console=ttyS0\n");
});
