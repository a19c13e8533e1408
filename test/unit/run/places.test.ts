import { describe, expect, test } from "vitest";
import { checkMountTargets } from "../../../src/core/stages/run/mountTargets.ts";
import { run } from "../../../src/core/stages/run.ts";
import { inputsOf, PlacedFailure, runStage } from "../stages/stageRun.ts";
import { tempFolder } from "../tree/layers.ts";

function problem(...targets: readonly string[]): PlacedFailure | undefined {
  const mounts = targets.map(to => ({ from: ".", to }));
  try {
    inputsOf(run, { script: "true", mounts }, "/");
    return undefined;
  } catch (error) {
    return error as PlacedFailure;
  }
}

describe("a mount", () => {
  test.each([
    ["/", "the whole tree"],
    ["/..", "the whole tree"],
    ["/run/", "its own /run"],
    ["/run/whittle", "its own /run/whittle"],
    ["/run/./whittle/x", "its own /run/whittle"],
    ["/proc", "its own /proc"],
    ["/dev/shm", "its own /dev"],
    ["/sys/kernel", "its own /sys"],
  ])("at %s is refused where it is written", (to, why) => {
    const failure = problem("/mnt/a", to);
    expect(failure).toMatchObject({ code: "run-mount-target", parameter: ["mounts", 1, "to"] });
    expect(failure?.message).toContain(`Nothing can be mounted at ${to}: `);
    expect(failure?.message).toContain(why);
    expect(failure?.advice).toContain("/mnt/input");
  });

  test.each([
    ["/mnt", "/mnt/"],
    ["/mnt", "/mnt/a"],
    ["/mnt/a", "/mnt"],
  ])("at %s and another at %s are refused, because one would cover the other", (one, two) => {
    const failure = problem(one, two);
    expect(failure).toMatchObject({ code: "run-mount-target", parameter: ["mounts", 1, "to"] });
    expect(failure?.message).toBe(
      `Nothing can be mounted at ${two}: ${one} is mounted as well, and one would cover the other.`,
    );
  });

  test("may be in /tmp, in /run, and beside another of nearly the same name", () => {
    expect(problem("/tmp/in", "/run/in", "/tmp", "/mnt", "/mnt2", "/devices")).toMatchObject({
      message: expect.stringContaining("/tmp/in is mounted as well"),
    });
    expect(problem("/tmp/in", "/run/in", "/mnt", "/mnt2", "/devices")).toBeUndefined();
  });

  test("that a link of the tree leads to such a place is refused as well", () => {
    const fail = (...failure: ConstructorParameters<typeof PlacedFailure>) => new PlacedFailure(...failure);
    const check = () => checkMountTargets([{ from: ".", to: "/link" }], { fail }, ["/run/whittle"]);
    expect(check).toThrow(
      "Nothing can be mounted at /link (which leads to /run/whittle): the sandbox has its own",
    );
  });
});

describe("the folder that a script starts in", () => {
  test.each([
    ["/srv/nothing", "Make it in an earlier stage, or in the script. There is no /srv: the tree is empty."],
    ["/tmp/made", "The script finds an empty /tmp; make the folder in the script."],
    ["/mnt/deeper/x", ". has no such folder, and it is what the script finds at /mnt/deeper."],
  ])("has to be there: %s", async (cwd, advice) => {
    const given = { script: "true", cwd, mounts: [{ from: ".", to: "/mnt/deeper" }] };
    await expect(runStage(run, given, tempFolder())).rejects.toMatchObject({
      code: "run-cwd-missing",
      message: `There is no folder ${cwd} that the script could start in.`,
      parameter: ["cwd"],
      advice,
    });
  });
});
