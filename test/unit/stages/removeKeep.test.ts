import { describe, expect, it } from "vitest";
import { keep } from "../../../src/core/stages/keep.ts";
import { remove } from "../../../src/core/stages/remove.ts";
import type { AnyStageKind } from "../../../src/core/stages/stage.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { filesLayer, folder, layerOf } from "../tree/layers.ts";
import { runStage } from "./stageRun.ts";

const below = () =>
  filesLayer({
    "bin/busybox": "12345",
    "bin/sh": "-> busybox",
    "etc/passwd": "1",
    "etc/init.d/rcS": "1",
    lib: "-> usr/lib",
    "usr/lib/ld.so": "1",
    "usr/lib/libc.so": "1",
    "usr/share/locale/en/x": "1",
    "usr/share/locale/de/x": "1",
    "usr/share/man/x": "1",
  });

async function afterStage(kind: AnyStageKind, patterns: string[]) {
  const lower = await below();
  const { layer } = await runStage(kind, patterns, "/", [lower]);
  return {
    paths: stackLayers([lower, layer]).entries.map(entry => entry.path),
    whiteouts: layer.index.whiteouts,
  };
}

describe("remove", () => {
  it("takes away what matches, but not what a later pattern gives back", async () => {
    const { paths } = await afterStage(remove, [
      "/usr/share/locale/**",
      "!/usr/share/locale/en*/**",
      "/usr/share/man",
      "/bin",
      "/etc",
    ]);
    expect(paths).toEqual([
      "lib",
      "usr",
      "usr/lib",
      "usr/lib/ld.so",
      "usr/lib/libc.so",
      "usr/share",
      "usr/share/locale",
      "usr/share/locale/en",
      "usr/share/locale/en/x",
    ]);
  });

  it("is a layer of whiteouts and nothing else", async () => {
    const { layer } = await runStage(remove, ["/usr/share"], "/", [await below()]);
    expect(layer.index).toEqual({ entries: [], whiteouts: ["usr/share"], opaque: [] });
  });
});

describe("keep", () => {
  it("keeps what matches and the folders it lies in", async () => {
    const { paths } = await afterStage(keep, ["/bin", "/etc/init.d/*"]);
    expect(paths).toEqual(["bin", "bin/busybox", "bin/sh", "etc", "etc/init.d", "etc/init.d/rcS"]);
  });

  it("keeps the links that a kept path leads through", async () => {
    const { paths } = await afterStage(keep, ["/lib/ld.so"]);
    expect(paths).toEqual(["lib", "usr", "usr/lib", "usr/lib/ld.so"]);
  });

  it("removes whole folders at once", async () => {
    const { whiteouts } = await afterStage(keep, ["/etc/passwd"]);
    expect(whiteouts).toEqual(["bin", "etc/init.d", "lib", "usr"]);
  });

  it("keeps modes and owners of the folders that stay", async () => {
    const lower = await layerOf(async to => {
      await to.add(folder("a", { mode: 0o700, uid: 3 }));
      await to.add(folder("a/b"));
    });
    const { layer } = await runStage(keep, ["/a/b"], "/", [lower]);
    expect(stackLayers([lower, layer]).get("a")).toMatchObject({ mode: 0o700, uid: 3, stage: 0 });
  });
});

describe.each([
  ["remove", remove],
  ["keep", keep],
])("%s", (_, kind) => {
  it("refuses a pattern that matches nothing, at that pattern, and says what is near", async () => {
    const run = afterStage(kind, ["/etc", "/usr/shar/**", "/none"]);
    await expect(run).rejects.toMatchObject({
      code: "glob-matches-nothing",
      parameter: [1],
      message: "Nothing in the tree matches /usr/shar/**. Nor does anything match /none.",
      advice: "There is no /usr/shar. Did you mean /usr/share?",
    });
  });

  it("refuses what is no pattern", async () => {
    await expect(afterStage(kind, ["/etc", "etc"])).rejects.toMatchObject({
      code: "bad-pattern",
      parameter: [1],
    });
  });

  it("reads the tree", () => expect(kind.readsTree).toBe(true));
});
