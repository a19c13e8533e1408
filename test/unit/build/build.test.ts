import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadLastBuild } from "../../../src/core/build/lastBuild.ts";
import { loadTree } from "../../../src/core/build/loadTree.ts";
import { applied } from "../../fixtures/build/kinds.ts";
import { recipeOf } from "../../fixtures/build/recipe.ts";
import { images, leftovers, makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
  applied.length = 0;
});
afterEach(() => place.remove());

const a = ["text", { path: "a", content: "12345" }, "a"] as const;
const b = ["text", { path: "b", content: "123" }, "b"] as const;
const removeA = ["remove", { path: "a" }] as const;

test("a build reports stages, bytes and outputs, and leaves nothing else behind", async () => {
  const { report, events } = await place.build([a, b, removeA]);
  expect(
    report.stages.map(({ name, cached, addedBytes, removedBytes }) => [
      name,
      cached,
      addedBytes,
      removedBytes,
    ]),
  ).toEqual([
    ["a", false, 5, 0],
    ["b", false, 3, 0],
    ["remove", false, 0, 5],
  ]);
  expect(report.outputs.map(each => [each.kind, each.name, each.bytes])).toEqual([
    ["dump", "dump", 4],
    ["kernel", "dump", 6],
    ["cmdline", "dump", 24],
  ]);
  expect(images(place)).toEqual({
    "fixture-dump.txt": "b 3\n",
    "fixture-dump.txt.cmdline": "made=dump console=ttyS0\n",
    "fixture.vmlinuz": "kernel",
  });
  expect(events.at(0)).toMatchObject({ type: "planned", recipe: "fixture", work: { length: 4 } });
  expect(events.at(-1)).toEqual({ type: "finished", report });
  expect(events.flatMap(event => (event.type === "stage-finished" ? event.work.index : []))).toEqual([
    0, 1, 2,
  ]);
  expect(leftovers(place)).toEqual([]);
});

test("an unchanged build does no work, says so of everything and needs no layers", async () => {
  const first = await place.build([a, removeA]);
  rmSync(join(place.host.cacheDir, "store"), { recursive: true });
  applied.length = 0;
  const { report, events } = await place.build([a, removeA]);
  expect(applied).toEqual([]);
  expect(report.outputs).toEqual(first.report.outputs);
  expect(report.stages).toEqual(first.report.stages.map(stage => ({ ...stage, cached: true, seconds: 0 })));
  expect(events.map(event => event.type)).toEqual([
    "planned",
    "stage-finished",
    "stage-finished",
    "output-finished",
    "finished",
  ]);
});

test("needTree makes the layers again when the store has lost them", async () => {
  await place.build([a, b]);
  rmSync(join(place.host.cacheDir, "store"), { recursive: true });
  await place.build([a, b], undefined, { needTree: true });
  const tree = await loadTree(await place.plan([a, b]), place.host);
  expect(tree?.entries.map(entry => entry.path)).toEqual(["a", "b"]);
});

test("after a change only that stage, those that read it and the outputs are made", async () => {
  const list = ["list", { path: "list" }] as const;
  await place.build([a, b, list]);
  applied.length = 0;
  await place.build([a, ["text", { path: "b", content: "4" }, "b"], list]);
  expect(applied.sort()).toEqual(["dump", "list", "text"]);
});

test("a blob that is missing or short counts as not there", async () => {
  await place.build([a, b]);
  const blobs = join(place.host.cacheDir, "store", "blobs", "sha256");
  for (const name of readdirSync(blobs)) writeFileSync(join(blobs, name), "");
  applied.length = 0;
  await place.build([a, b], [["dump", {}, "again"]]);
  expect(applied.sort()).toEqual(["derived", "dump", "text", "text"]);
  expect(images(place)["fixture-again.txt"]).toBe("a 5\nb 3\n");
});

test("a damaged index is made again, not believed", async () => {
  await place.build([a, b]);
  const blobs = join(place.host.cacheDir, "store", "blobs", "sha256");
  for (const name of readdirSync(blobs)) {
    const path = join(blobs, name);
    const size = (await import("node:fs")).statSync(path).size;
    writeFileSync(path, "?".repeat(size));
  }
  await place.build([a, b], [["dump", {}, "again"]]);
  expect(images(place)["fixture-again.txt"]).toBe("a 5\nb 3\n");
});

test("an image that somebody wrote to is made again", async () => {
  await place.build([a]);
  appendFileSync(join(place.out, "fixture-dump.txt"), "dirt");
  await place.build([a]);
  expect(images(place)["fixture-dump.txt"]).toBe("a 5\n");
});

test("files of outputs that are gone are removed, but never what somebody else put there", async () => {
  await place.build(
    [a],
    [
      ["dump", {}],
      ["dump", {}, "second"],
    ],
  );
  writeFileSync(join(place.out, "fixture-second.txt"), "mine now");
  writeFileSync(join(place.out, "notes.txt"), "mine");
  await place.build([a], [["dump", { fileName: "renamed.txt" }]]);
  expect(Object.keys(images(place))).toEqual([
    "fixture-second.txt",
    "fixture.vmlinuz",
    "notes.txt",
    "renamed.txt",
    "renamed.txt.cmdline",
  ]);
  await place.build(
    [a],
    [
      ["dump", { fileName: "again.txt" }],
      ["dump", { fileName: "two.txt" }, "second"],
    ],
  );
  await place.build([a], [["dump", { fileName: "again.txt" }]]);
  expect(Object.keys(images(place))).toEqual([
    "again.txt",
    "again.txt.cmdline",
    "fixture-second.txt",
    "fixture.vmlinuz",
    "notes.txt",
  ]);
});

test("building one output leaves the others alone", async () => {
  const outputs = [
    ["dump", {}],
    ["dump", {}, "second"],
  ] as const;
  await place.build([a], outputs);
  applied.length = 0;
  const { report } = await place.build([a, b], outputs, { outputs: ["second"] });
  expect(applied).toEqual(["text", "dump"]);
  expect(report.outputs.map(each => each.name)).toEqual(["second", "second", "second"]);
  expect(images(place)).toMatchObject({ "fixture-dump.txt": "a 5\n", "fixture-second.txt": "a 5\nb 3\n" });
  await expect(place.build([a], outputs, { outputs: ["third"] })).rejects.toMatchObject({ code: "usage" });
});

test("two outputs that make one file with different bytes are refused", async () => {
  const outputs = [
    ["dump", { fileName: "x", mebibytes: 1 }],
    ["dump", { fileName: "x" }, "second"],
  ] as const;
  await expect(place.build([a], outputs)).rejects.toMatchObject({ code: "output-clash" });
});

test("a cached stage repeats its warnings where the recipe has it now", async () => {
  const warns = ["text", { path: "w", content: "", warns: "look here" }] as const;
  await place.build([warns]);
  for (const stages of [[warns], [b, warns]]) {
    const { events } = await place.build(stages);
    const warnings = events.flatMap(event => (event.type === "warning" ? event.diagnostic : []));
    expect(warnings).toMatchObject([
      { message: "look here", range: { start: { line: 9 + stages.length, column: 2 } } },
    ]);
  }
});

test("the last build can be read back, with its tree", async () => {
  expect(await loadLastBuild(recipeOf(place.recipes, [a]))).toBeUndefined();
  const { report } = await place.build([a, removeA]);
  const last = await loadLastBuild(recipeOf(place.recipes, [a]));
  expect(last?.report).toEqual(report);
  expect(last && (await loadTree(last, place.host))?.effects).toEqual([
    { addedBytes: 5, removedBytes: 0 },
    { addedBytes: 0, removedBytes: 5 },
  ]);
});

test("a failing stage stops the others, is placed in the recipe and leaves nothing", async () => {
  const began = performance.now();
  const events: string[] = [];
  const slow = ["slow", { path: "s", ms: 8000 }] as const;
  const failing = place.build([slow, ["fail", { ms: 30 }], removeA], undefined, {
    onEvent: event =>
      void (event.type === "failed" && events.push(`${event.work?.name} ${event.diagnostic?.code}`)),
  });
  await expect(failing).rejects.toMatchObject({ code: "broken", range: { start: { line: 11 } } });
  expect(performance.now() - began).toBeLessThan(2000);
  expect(events).toEqual(["fail broken"]);
  expect(leftovers(place)).toEqual([]);
  expect(existsSync(join(place.recipes, "out"))).toBe(false);
});

test("a failing output is placed, and what finished stages made is kept", async () => {
  mkdirSync(join(place.out, "fixture-dump.txt", "in the way"), { recursive: true });
  await expect(place.build([a])).rejects.toMatchObject({
    code: "out-unusable",
    range: { start: { line: 50 } },
  });
  expect(leftovers(place)).toEqual([]);
  rmSync(join(place.out, "fixture-dump.txt"), { recursive: true });
  applied.length = 0;
  await place.build([a]);
  expect(applied).toEqual(["dump"]);
});

test("an aborted build rejects with the reason at once and leaves nothing", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const slow = ["slow", { path: "s", ms: 8000 }] as const;
  const building = place.build([slow, a], undefined, { signal: controller.signal });
  await expect(building).rejects.toMatchObject({ name: "AbortError" });
  expect(leftovers(place)).toEqual([]);
  expect(existsSync(join(place.recipes, "out"))).toBe(false);
});

test("independent stages run at once, never more than there are jobs", async () => {
  const stages = ["1", "2", "3", "4"].map(path => ["slow", { path, ms: 300 }] as const);
  const { report } = await place.build(stages);
  expect(report.seconds).toBeLessThan(1);
  const { report: serial } = await (async () => {
    const alone = makeWorkplace();
    try {
      Object.assign(alone.host, { jobs: 1 });
      return await alone.build(stages.slice(0, 2));
    } finally {
      alone.remove();
    }
  })();
  expect(serial.seconds).toBeGreaterThan(0.6);
});

test("an input that changes while its stage runs is never kept under the old key", async () => {
  const source = join(place.recipes, "file");
  writeFileSync(source, "old");
  const stages = [["copy", { source: "file" }]] as const;
  const building = place.build(stages, undefined, {
    onEvent(event) {
      if (event.type === "started" && event.work.kind === "copy") writeFileSync(source, "new");
    },
  });
  await expect(building).rejects.toMatchObject({
    code: "input-changed",
    range: { start: { line: 10, column: 2 } },
  });
  writeFileSync(source, "old");
  utimesSync(source, 1, 1);
  await place.build(stages);
  expect(images(place)["fixture-dump.txt"]).toBe("file 3\n");
});
