import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { secondsOf } from "../../../src/core/stages/run/duration.ts";
import { followScript } from "../../../src/core/stages/run/followScript.ts";
import { rangeInRecipe } from "../../../src/core/stages/run/scriptRange.ts";
import { shellOf } from "../../../src/core/stages/run/shell.ts";
import { canFollow, lineMark, readMark } from "../../../src/core/stages/run/wrapper.ts";
import { tempFolder } from "../tree/layers.ts";

test.each([
  ["echo", undefined, ["/bin/sh", "-eu"], true],
  ["#!/bin/bash -e\necho", undefined, ["/bin/bash", "-e"], true],
  ["#! /usr/bin/env python3\n", undefined, ["python3"], false],
  ["#!/usr/bin/env -S bash -x\n", undefined, ["bash", "-x"], true],
  ["#!/bin/bash\n", "/bin/dash -eu", ["/bin/dash", "-eu"], true],
  ["echo", ["/bin/busybox", "ash", "-e"], ["/bin/busybox", "ash", "-e"], true],
  ["echo", "busybox awk", ["busybox", "awk"], false],
  ["echo", "/bin/sh -euc", ["/bin/sh", "-euc"], false],
])("%j with the shell %j runs with %j", (script, asked, words, isBourne) => {
  expect(shellOf(script, asked)).toEqual({ words, isBourne });
});

test("a timeout has a unit or is in seconds", () => {
  expect([90, "90s", "1.5m", "2h"].map(secondsOf)).toEqual([90, 90, 90, 7200]);
});

test("a script that moves its messages is not followed", () => {
  expect(["echo 2>&1", "grep x 2>/dev/null", "exec ls", "echo 19"].map(canFollow)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(
    ["exec 2>log", "exec > log 2>&1", "exec &> log", "x 9>lock", "flock 3; read <&9"].map(canFollow),
  ).toEqual([false, false, false, false, false]);
});

describe("following a script", () => {
  const script = "one\ntwo\n\nthree\n";
  const follow = (...lines: string[]) => {
    const follower = followScript(script);
    return { shown: lines.flatMap(line => follower.take(line) ?? []), line: follower.line };
  };

  test("believes the shell's last words, then what the trap told, then what was read last", () => {
    expect(follow("out", "/run/whittle/script: line 2: two: command not found", `${lineMark}1`)).toEqual({
      shown: ["out", "line 2: two: command not found"],
      line: 2,
    });
    expect(follow("/run/whittle/start: 2: two: not found", "two failed", `${lineMark}4`).line).toBe(4);
    expect(follow("/run/whittle/start: cd: line 4: can't cd", `${lineMark}1`).line).toBe(4);
    expect(follow(readMark, "one", "two", "said", "", "three")).toEqual({ shown: ["said"], line: 4 });
  });

  test("knows no line where it was told nonsense, and hides only what the shell shows", () => {
    expect(follow(`${lineMark}`).line).toBeUndefined();
    expect(follow(`${lineMark}77`).line).toBeUndefined();
    expect(follow("one", "two")).toEqual({ shown: ["one", "two"], line: undefined });
  });
});

test("a line of a script has its place in the recipe, where the recipe has it as it is", async () => {
  const file = join(tempFolder(), "recipe");
  writeFileSync(
    file,
    "stages:\n  - run: |\n      first\n        second --now  \n  - run: one line\n  - run: >\n      a\n      b\n",
  );
  const at = (start: number, end: number) => ({
    file,
    start: { line: start, column: 10 },
    end: { line: end, column: 1 },
  });
  expect(await rangeInRecipe(at(2, 5), "first\n  second --now\n", 2)).toEqual({
    file,
    start: { line: 4, column: 9 },
    end: { line: 4, column: 21 },
  });
  expect(await rangeInRecipe(at(5, 5), "one line", 1)).toMatchObject({ start: { line: 5, column: 10 } });
  expect(await rangeInRecipe(at(6, 8), "a b\n", 1)).toBeUndefined();
});
