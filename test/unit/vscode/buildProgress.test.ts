import { describe, expect, test } from "vitest";
import type { WorkRef } from "../../../src/core/build/events.ts";
import { Failure } from "../../../src/core/failure.ts";
import { BuildProgress } from "../../../src/vscode/builds/buildProgress.ts";
import { failedBuild, workAt } from "../../../src/vscode/builds/failedBuild.ts";
import { progressText } from "../../../src/vscode/builds/progressText.ts";
import { item, lines, recipeWith } from "./states.ts";

const kernel: WorkRef = { what: "stage", index: 0, name: "kernel", kind: "kernel" };
const files: WorkRef = { what: "stage", index: 1, name: "files", kind: "files" };
const stage = {
  name: "kernel",
  kind: "kernel",
  key: "",
  cached: true,
  seconds: 0,
  addedBytes: 5,
  removedBytes: 0,
};

function planned(): BuildProgress {
  const progress = new BuildProgress();
  progress.apply({ type: "planned", recipe: "tiny", work: [kernel, files] });
  return progress;
}

describe("the progress of a build", () => {
  test("everything planned waits, and what finished says what it cost", () => {
    const progress = planned();
    expect(progress.state("stage", "files")).toEqual({ kind: "waiting" });
    progress.apply({ type: "stage-finished", work: kernel, stage });
    expect(progress.state("stage", "kernel")).toEqual({ kind: "done", cached: true, seconds: 0, stage });
    expect(progress.percent).toBe(50);
  });

  test("a line of a tool leaves the percentage of the download, and the other way round", () => {
    const progress = planned();
    progress.apply({ type: "progress", work: kernel, done: 30, total: 60, unit: "bytes" });
    progress.apply({ type: "log", work: kernel, line: "unpacking" });
    expect(progress.state("stage", "kernel")).toEqual({ kind: "running", percent: 50, line: "unpacking" });
    expect(progress.percent).toBe(25);
  });

  test("the share that is done never falls, also when a stage counts anew", () => {
    const progress = planned();
    progress.apply({ type: "progress", work: kernel, done: 60, total: 60, unit: "bytes" });
    progress.apply({ type: "progress", work: kernel, done: 1, total: 60, unit: "entries" });
    expect(progress.percent).toBe(50);
  });

  test("states are found by name: an edit of the recipe while it is built moves positions", () => {
    const progress = planned();
    progress.apply({ type: "started", work: { ...files, index: 7 } });
    expect(progress.state("stage", "files")?.kind).toBe("running");
    expect(progress.state("output", "files")).toBeUndefined();
  });

  test("says counts with their units, and nothing for what a notification does not need", () => {
    const bytes = { type: "progress", work: kernel, done: 1024, total: 2048, unit: "bytes" } as const;
    expect(progressText(bytes)).toBe("kernel: 1.0 KiB of 2.0 KiB");
    expect(progressText({ ...bytes, done: 3, total: undefined, unit: "entries" })).toBe("kernel: 3 entries");
    expect(progressText({ ...bytes, done: 3, total: 5, unit: "items" })).toBe("kernel: 3 of 5 items");
    expect(progressText({ type: "stage-finished", work: kernel, stage })).toBeUndefined();
  });
});

describe("a failed build", () => {
  const file = "/w/tiny.whittle.yaml";
  const recipe = recipeWith(file, {
    stages: [item("kernel", lines(file, 3, 4)), item("files", lines(file, 5, 9))],
    outputs: [item("tar", lines(file, 11, 11))],
  });

  test("leaves its error at the work that the events named, and nothing running or waiting", () => {
    const progress = planned();
    progress.apply({ type: "started", work: kernel });
    const failed = failedBuild(
      new Failure("x", "It broke.", { advice: "Mend it." }),
      recipe,
      progress,
      files,
    );
    expect(failed).toMatchObject({ message: "It broke.", advice: "Mend it." });
    expect(progress.state("stage", "files")).toEqual({
      kind: "failed",
      message: "It broke.",
      advice: "Mend it.",
    });
    expect(progress.state("stage", "kernel")).toBeUndefined();
  });

  test("is found by its place when planning failed, which names no work", () => {
    const progress = new BuildProgress();
    const error = new Failure("input-missing", "There is no file.", { range: lines(file, 7, 7) });
    failedBuild(error, recipe, progress, undefined);
    expect(progress.state("stage", "files")?.kind).toBe("failed");
  });

  test("of a place outside of every stage and output belongs to none", () => {
    expect(workAt(recipe, lines(file, 11, 11))).toEqual({ what: "output", name: "tar" });
    expect(workAt(recipe, lines(file, 1, 1))).toBeUndefined();
    expect(workAt(recipe, lines("/w/base.whittle.yaml", 7, 7))).toBeUndefined();
  });
});
