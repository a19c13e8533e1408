import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { verifyCache } from "../../../src/core/build/cache.ts";
import type { FixtureItem } from "../../fixtures/build/recipe.ts";
import { images, leftovers, makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";

const script = fileURLToPath(new URL("../../fixtures/build/buildProcess.ts", import.meta.url));

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

const stages: FixtureItem[] = [
  ["slow", { path: "one", ms: 60, mebibytes: 4 }, "one"],
  ["slow", { path: "two", ms: 120, mebibytes: 2 }, "two"],
  ["list", { path: "list" }],
  ["remove", { path: "two" }],
];
const outputs: FixtureItem[] = [
  ["dump", { ms: 60, mebibytes: 3 }],
  ["dump", { ms: 90 }, "second"],
];

interface Line {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Running {
  readonly child: ChildProcess;
  readonly lines: Line[];
  /** Resolves when it has said so many lines, or has ended. */
  said(lines: number): Promise<void>;
  readonly ended: Promise<void>;
}

function start(work: readonly FixtureItem[] = stages, images: readonly FixtureItem[] = outputs): Running {
  const args = [script, place.root, JSON.stringify(work), JSON.stringify(images)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", line => lines.push(JSON.parse(line) as Line));
  const ended = Promise.all([once(reader, "close"), once(child, "exit")]).then(() => undefined);
  return {
    child,
    lines,
    ended,
    said: count =>
      new Promise(resolve => {
        const look = () => (lines.length >= count ? resolve() : undefined);
        reader.on("line", look).once("close", resolve);
        look();
      }),
  };
}

function running(word: string): string[] {
  return readdirSync("/proc").filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word);
    } catch {
      return false;
    }
  });
}

test("killed at any moment, the next build gives the same bytes and cleans up", async () => {
  const whole = start();
  await whole.ended;
  const expected = images(place);
  expect(Object.keys(expected)).toEqual([
    "fixture-dump.txt",
    "fixture-dump.txt.cmdline",
    "fixture-second.txt",
    "fixture-second.txt.cmdline",
    "fixture.vmlinuz",
  ]);
  let killed = 0;
  for (let round = 0; round < 12; round++) {
    place.remove();
    place = makeWorkplace();
    // Once from nothing, then again with what that one left.
    for (const part of [1, 3]) {
      const build = start();
      await build.said(1 + Math.floor((whole.lines.length * round) / 12 / part));
      await sleep(Math.random() * 30);
      build.child.kill("SIGKILL");
      await build.ended;
      if (build.child.signalCode === "SIGKILL") killed++;
    }
    const { report } = await place.build(stages, outputs);
    expect(images(place)).toEqual(expected);
    expect(await verifyCache(place.host)).toEqual([]);
    expect(leftovers(place)).toEqual([]);
    const again = await place.build(stages, outputs);
    expect(again.report.outputs).toEqual(report.outputs);
  }
  expect(killed).toBeGreaterThan(12);
});

test("two builds of one recipe at once are both right and make each stage once", async () => {
  // Long enough for both to be at it, however unevenly they start.
  const long: FixtureItem[] = [["slow", { path: "long", ms: 1500 }, "long"], ...stages];
  const both = [start(long), start(long)];
  await Promise.all(both.map(build => build.ended));
  const reports = both.map(build => build.lines.at(-1));
  expect(reports.map(line => line?.type)).toEqual(["built", "built"]);
  const started = both.flatMap(build => build.lines.filter(line => line.type === "started"));
  const names = started.map(line => (line["work"] as { name: string }).name);
  expect(names.sort()).toEqual(["dump", "list", "long", "one", "remove", "second", "two"]);
  const waited = both.flatMap(build => build.lines.filter(line => line.type === "log"));
  expect(waited.map(line => line["line"])).toContainEqual(
    expect.stringMatching(/^waiting for another build/),
  );
  const results = reports.map(line => (line?.["report"] as { outputs: unknown } | undefined)?.outputs);
  expect(results[0]).toHaveLength(6);
  expect(results[1]).toEqual(results[0]);
  expect(leftovers(place)).toEqual([]);
  expect(await verifyCache(place.host)).toEqual([]);
});

test("when the builder that others wait for is killed, another takes its place", async () => {
  const first = start([["slow", { path: "s", ms: 1500 }]]);
  await first.said(1);
  await sleep(100);
  const second = start([["slow", { path: "s", ms: 1500 }]]);
  await second.said(1);
  await sleep(200);
  first.child.kill("SIGKILL");
  await second.ended;
  expect(second.lines.at(-1)?.type).toBe("built");
  // Also a build that has nothing to do cleans up after those that were killed.
  const { report } = await place.build([["slow", { path: "s", ms: 1500 }]], outputs);
  expect(report.stages.map(stage => stage.cached)).toEqual([true]);
  expect(leftovers(place)).toEqual([]);
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  test(`no program outlives a build that got ${signal}, and nothing half-made stays`, async () => {
    const seconds = `1000.${process.pid}${signal.length}`;
    const build = start([
      ["program", { seconds }],
      ["slow", { path: "s", ms: 20_000 }],
    ]);
    await build.said(1);
    await expect.poll(() => running(seconds).length, { timeout: 5000 }).toBeGreaterThan(0);
    build.child.kill(signal);
    await build.ended;
    await expect.poll(() => running(seconds), { timeout: 1000 }).toEqual([]);
    if (signal === "SIGTERM") expect(build.lines.at(-1)).toMatchObject({ type: "error", name: "AbortError" });
    else await place.build([["text", { path: "other", content: "" }]]);
    expect(leftovers(place)).toEqual([]);
  });
}
