import { afterEach, beforeEach, expect, test } from "vitest";
import { loadTree } from "../../../src/core/build/loadTree.ts";
import { applied } from "../../fixtures/build/kinds.ts";
import { makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
  applied.length = 0;
});
afterEach(() => place.remove());

const image = [
  "image",
  {
    layers: [
      ["a", "bb"],
      ["-a", "ccc"],
    ],
    own: "own",
  },
  "image",
] as const;

test("a stage of several layers gives one tree, counts as one stage and is taken from the store whole", async () => {
  const { report } = await place.build([image, ["list", { path: "names" }]]);
  const tree = await loadTree(await place.plan([image]), place.host);
  expect(tree?.entries.map(entry => [entry.path, entry.stage])).toEqual([
    ["bb", 0],
    ["ccc", 0],
    ["own", 0],
  ]);
  // What a lower layer of the same stage brought and an upper one took away was never in the tree.
  expect(report.stages[0]).toMatchObject({ addedBytes: 5, removedBytes: 0 });
  applied.length = 0;
  const again = await place.build([image, ["remove", { path: "bb" }]]);
  expect(applied).toEqual(["remove", "dump"]);
  expect(again.report.stages.map(stage => [stage.addedBytes, stage.removedBytes])).toEqual([
    [5, 0],
    [0, 2],
  ]);
});

test("adopted layers are kept byte for byte; an empty layer of the stage's own is not", async () => {
  const layers = async (own?: string) => {
    const parameters = { layers: [["a"], ["b"]], ...(own === undefined ? {} : { own }) };
    const items = [["image", parameters]] as const;
    await place.build(items);
    const tree = await loadTree(await place.plan(items), place.host);
    return [...new Set(tree?.entries.map(entry => entry.layer.digest))];
  };
  const bare = await layers();
  expect(bare).toHaveLength(2);
  const more = await layers("own");
  expect(more).toHaveLength(3);
  expect(more).toEqual(expect.arrayContaining(bare));
});

test("a link of a lower layer may be written through by an upper layer of the same stage", async () => {
  const { report } = await place.build([["image", { layers: [["d/x"], ["d/y", "-d/x"]] }]]);
  expect(report.stages[0]).toMatchObject({ addedBytes: 3, removedBytes: 0 });
});
