import { describe, expect, it } from "vitest";
import { imageName } from "../../../src/core/outputs/oci/imageName.ts";
import { firstDifference } from "../../../src/core/outputs/oci/plainImage.ts";
import type { Entry } from "../../../src/core/tree/entry.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { directory, file, symlink } from "./trees.ts";

let count = 0;
function layer(
  entries: readonly Entry[],
  whiteouts: readonly string[] = [],
  opaque: readonly string[] = [],
): Layer {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    digest: `${count++}`,
    bytes: 0,
    blob: "",
    index: { entries: sorted, whiteouts, opaque },
  };
}

const difference = (...layers: readonly Layer[]) => firstDifference(layers, stackLayers(layers));

describe("layers that are unpacked one over the other", () => {
  it("give the same tree where nothing lies behind a link", () => {
    const base = layer([
      file("usr/lib/a"),
      symlink("lib", "usr/lib"),
      directory("etc"),
      file("etc/a"),
      file("var/b"),
    ]);
    expect(difference(base)).toBeUndefined();
    expect(difference(base, layer([file("lib")]))).toBeUndefined();
    expect(difference(base, layer([file("usr/lib")], ["etc/a"]))).toBeUndefined();
    expect(difference(base, layer([], ["lib", "etc"]), layer([file("lib/a")]))).toBeUndefined();
    expect(difference(base, layer([directory("etc"), file("etc/b")], [], ["etc"]))).toBeUndefined();
  });

  it.each([
    ["a file behind a link", layer([file("lib/b")]), "lib/b"],
    ["a folder in place of a link", layer([directory("lib")]), "lib"],
    ["a removal behind a link", layer([], ["lib/a"]), "lib/a"],
    ["what a folder has below, behind a link", layer([], [], ["lib/sub"]), "lib/sub"],
    ["a folder in place of a file", layer([file("usr/lib/a/b")]), "usr/lib/a/b"],
    ["an entry under what the layer itself removes", layer([file("etc/new")], ["etc"]), "etc/new"],
  ])("may differ: %s", (_what, upper, path) => {
    const base = layer([file("usr/lib/a"), file("usr/lib/sub/c"), symlink("lib", "usr/lib"), file("etc/a")]);
    expect(difference(base, upper)).toBe(path);
  });
});

describe("the name of a container image", () => {
  const recipe = { name: "My Boots!", version: "1.0+x" };
  it.each([
    [undefined, "my-boots", "1.0-x", "docker.io/library/my-boots"],
    ["boots", "boots", "latest", "docker.io/library/boots"],
    ["ann/boots:2", "ann/boots", "2", "docker.io/ann/boots"],
    ["localhost:5000/boots", "localhost:5000/boots", "latest", "localhost:5000/boots"],
    ["ghcr.io/ann/boots:1.0", "ghcr.io/ann/boots", "1.0", "ghcr.io/ann/boots"],
  ])("is taken apart: %s", (given, name, tag, full) => {
    expect(imageName(given, recipe)).toEqual({ name, tag, full });
  });
});
