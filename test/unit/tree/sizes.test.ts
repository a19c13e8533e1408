import { expect, it } from "vitest";
import { noOwner } from "../../../src/core/analysis/owners.ts";
import { sizesOf } from "../../../src/core/analysis/sizes.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { file, filesLayer, layerOf, text } from "./layers.ts";

it("sizes name every entry, count a linked file once and add up to the total", async () => {
  const linked = await layerOf(async to => {
    await to.add(file("b/two"), text("12345"));
    await to.add(file("a"), { hardLink: "b/two" });
  });
  const tree = stackLayers([linked, await filesLayer({ c: "12", d: "-> c" })]);
  const nobody = { packages: [], ofEntry: new Uint16Array(tree.entries.length).fill(noOwner) };
  const report = sizesOf(tree, ["base", "top"], nobody);
  expect(report).toEqual({
    result: "sizes",
    totalBytes: 7,
    files: 2,
    packages: [],
    entries: [
      { path: "/a", type: "file", bytes: 5, stage: "base" },
      { path: "/b", type: "directory", bytes: 0, stage: "base" },
      { path: "/b/two", type: "file", bytes: 0, stage: "base" },
      { path: "/c", type: "file", bytes: 2, stage: "top" },
      { path: "/d", type: "symlink", bytes: 0, stage: "top" },
    ],
  });
});
