import { describe, expect, it } from "vitest";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { file, filesLayer, folder, layerOf, link, text } from "./layers.ts";

const paths = (tree: Tree) => tree.entries.map(entry => entry.path);
const stages = (tree: Tree) => Object.fromEntries(tree.entries.map(entry => [entry.path, entry.stage]));
const removing = (...gone: string[]) =>
  layerOf(to =>
    gone.forEach(path => {
      to.whiteout(path);
    }),
  );

describe("stackLayers", () => {
  it("of nothing is an empty tree", () => {
    const tree = stackLayers([]);
    expect([tree.entries, tree.effects, tree.children("")]).toEqual([[], [], []]);
  });

  it("sorts whole paths in byte order: a, a-b, a/c", async () => {
    const layer = await filesLayer({
      "a/c": "",
      "a-b": "",
      "a/": "",
      "a.d/x": "",
      "\uffff": "",
      "\u{1f600}": "",
    });
    const tree = stackLayers([layer]);
    expect(paths(tree)).toEqual(["a", "a-b", "a.d", "a.d/x", "a/c", "\uffff", "\u{1f600}"]);
  });

  it("gives missing parents 0755, root and the layer of the entry that needs them", async () => {
    const tree = stackLayers([await filesLayer({ top: "" }), await filesLayer({ "a/b/c": "x" })]);
    for (const path of ["a", "a/b"]) {
      expect(tree.get(path)).toMatchObject({
        type: "directory",
        mode: 0o755,
        uid: 0,
        gid: 0,
        stage: 1,
        path,
      });
    }
  });

  it("merges folders, the upper one's mode wins, what is in them stays", async () => {
    const upper = await layerOf(to => to.add(folder("d", { mode: 0o700, uid: 5 })));
    const tree = stackLayers([await filesLayer({ "d/": "", "d/x": "1" }), upper]);
    expect(tree.get("d")).toMatchObject({ mode: 0o700, uid: 5, stage: 1 });
    expect(tree.get("d/x")).toMatchObject({ stage: 0 });
  });

  it("does not touch an existing folder that an upper layer only puts something into", async () => {
    const lower = await layerOf(to => to.add(folder("root", { mode: 0o700 })));
    const tree = stackLayers([lower, await filesLayer({ "root/x": "" })]);
    expect(tree.get("root")).toMatchObject({ mode: 0o700, stage: 0 });
  });

  it("replaces a folder by a file with all that was in it, and a file by a folder", async () => {
    const lower = await filesLayer({ "a/x/y": "12345", b: "123" });
    const upper = await filesLayer({ a: "1", "b/c": "12" });
    const tree = stackLayers([lower, upper]);
    expect(stages(tree)).toEqual({ a: 1, b: 1, "b/c": 1 });
    expect(tree.effects).toEqual([
      { addedBytes: 8, removedBytes: 0 },
      { addedBytes: 3, removedBytes: 8 },
    ]);
  });

  it("knows each entry's layer and stage, the same layer twice included", async () => {
    const layer = await filesLayer({ a: "1" });
    const tree = stackLayers([layer, await removing("a"), layer]);
    expect(tree.get("a")).toMatchObject({ stage: 2, layer });
  });
});

describe("whiteouts", () => {
  it("take away a path with everything under it, and nothing else", async () => {
    const lower = await filesLayer({ "a/b/c": "123", "a/b-c": "1", "a/bc": "1" });
    const tree = stackLayers([lower, await removing("a/b", "no/such/path", "a/bc/under-a-file")]);
    expect(paths(tree)).toEqual(["a", "a/b-c", "a/bc"]);
    expect(tree.effects[1]).toEqual({ addedBytes: 0, removedBytes: 3 });
  });

  it("do not touch what their own layer brings", async () => {
    const upper = await layerOf(async to => {
      await to.add(file("a/new"), text("12"));
      to.whiteout("a");
    });
    const tree = stackLayers([await filesLayer({ "a/old": "123" }), upper]);
    expect(paths(tree)).toEqual(["a", "a/new"]);
  });

  it("opaque hides what was in a folder, and the folder stays", async () => {
    const upper = await layerOf(async to => {
      to.opaque("d");
      await to.add(file("d/new"));
    });
    const tree = stackLayers([await filesLayer({ "d/": "", "d/old/x": "1", "d-old": "" }), upper]);
    expect(stages(tree)).toEqual({ d: 0, "d-old": 0, "d/new": 1 });
  });

  it("reach through links of lower layers, but take a link itself at the end", async () => {
    const lower = await filesLayer({ "usr/lib/x": "1", "usr/lib/y": "1", lib: "-> usr/lib" });
    expect(paths(stackLayers([lower, await removing("lib/x")]))).toEqual([
      "lib",
      "usr",
      "usr/lib",
      "usr/lib/y",
    ]);
    expect(paths(stackLayers([lower, await removing("lib")]))).toEqual([
      "usr",
      "usr/lib",
      "usr/lib/x",
      "usr/lib/y",
    ]);
  });
});

describe("links to folders of lower layers", () => {
  const merged = () => filesLayer({ "usr/lib/": "", lib: "-> usr/lib" });

  it("stay, and what comes under them lands where they point to", async () => {
    const tree = stackLayers([await merged(), await filesLayer({ "lib/": "", "lib/modules/x": "1" })]);
    expect(stages(tree)).toEqual({
      lib: 0,
      usr: 0,
      "usr/lib": 0,
      "usr/lib/modules": 1,
      "usr/lib/modules/x": 1,
    });
    expect(tree.get("lib")?.type).toBe("symlink");
  });

  it.each([
    ["/usr/lib", "absolute"],
    ["../../../usr/lib", "above the root"],
    ["./usr/../usr/lib/", "with dots"],
    ["other", "through another link"],
  ])("may be %s (%s)", async target => {
    const lower = await filesLayer({ "usr/lib/": "", lib: `-> ${target}`, other: "-> usr/lib" });
    const tree = stackLayers([lower, await filesLayer({ "lib/x": "1" })]);
    expect(tree.get("usr/lib/x")).toMatchObject({ path: "usr/lib/x", stage: 1 });
  });

  it("count once what a layer brings under both names of a folder", async () => {
    const upper = await filesLayer({ "lib/x": "1234", "usr/lib/x": "12" });
    const tree = stackLayers([await merged(), upper]);
    expect(tree.get("usr/lib/x")).toMatchObject({ size: 2 });
    expect(tree.effects[1]).toEqual({ addedBytes: 2, removedBytes: 0 });
  });

  it("make the folder they point to when there is none yet", async () => {
    const upper = await layerOf(async to => {
      await to.add(folder("var/run", { mode: 0o700 }));
      await to.add(file("var/run/pid"));
    });
    const tree = stackLayers([await filesLayer({ "var/run": "-> ../run/deep" }), upper]);
    expect(paths(tree)).toEqual(["run", "run/deep", "run/deep/pid", "var", "var/run"]);
    expect(tree.get("run/deep")).toMatchObject({ mode: 0o700 });
  });

  it.each([
    ["in circles", "-> lib"],
    ["to a file", "-> file"],
  ])("that lead %s give way to a folder", async (_, target) => {
    const tree = stackLayers([
      await filesLayer({ lib: target, file: "" }),
      await filesLayer({ "lib/x": "" }),
    ]);
    expect(tree.get("lib")?.type).toBe("directory");
    expect(tree.get("lib/x")?.stage).toBe(1);
  });

  it("are replaced by a file or a link of the same name", async () => {
    const tree = stackLayers([await merged(), await filesLayer({ lib: "file now" })]);
    expect(tree.get("lib")).toMatchObject({ type: "file", stage: 1 });
  });

  it("of the same layer are refused by name, wherever the layer comes from", async () => {
    const good = await filesLayer({ "x/y": "" });
    const entries = [link("x", "/etc"), ...good.index.entries] as Layer["index"]["entries"];
    const forged: Layer = { ...good, index: { ...good.index, entries } };
    expect(() => stackLayers([forged])).toThrow(expect.objectContaining({ code: "bad-path" }));
    expect(() => stackLayers([forged])).toThrow("x/y");
  });

  it("of the same layer are refused behind a lower link too", async () => {
    const lower = await filesLayer({ z: "-> a/b", "a/b": "-> ../c", "c/": "" });
    const upper = await filesLayer({ "a/b": "-> ../etc", "z/x": "" });
    expect(() => stackLayers([lower, upper])).toThrow("z/x");
  });
});

describe("hard links", () => {
  const linked = () =>
    layerOf(async to => {
      await to.add(file("m"), text("12345"));
      await to.add(file("b"), { hardLink: "m" });
      await to.add(file("z"), { hardLink: "b" });
    });
  const names = (tree: Tree) =>
    tree.entries.map(entry => [entry.path, entry.type === "file" ? (entry.hardLink ?? null) : null]);

  it("point to the lowest name that is left, and count once", async () => {
    const layer = await linked();
    expect(names(stackLayers([layer]))).toEqual([
      ["b", null],
      ["m", "b"],
      ["z", "b"],
    ]);
    expect(stackLayers([layer]).effects).toEqual([{ addedBytes: 5, removedBytes: 0 }]);
  });

  it("survive the removal of their first name; bytes go with the last", async () => {
    const tree = stackLayers([await linked(), await removing("b"), await removing("m"), await removing("z")]);
    expect(tree.effects.map(effect => effect.removedBytes)).toEqual([0, 0, 0, 5]);
    expect(names(stackLayers([await linked(), await removing("b", "m")]))).toEqual([["z", null]]);
  });

  it("part when one name is replaced", async () => {
    const tree = stackLayers([await linked(), await filesLayer({ b: "new" })]);
    expect(names(tree)).toEqual([
      ["b", null],
      ["m", null],
      ["z", "m"],
    ]);
    expect(tree.effects[1]).toEqual({ addedBytes: 3, removedBytes: 0 });
  });

  it("name the place where a lower link put them", async () => {
    const upper = await layerOf(async to => {
      await to.add(file("lib/a"), text("1"));
      await to.add(file("lib/b"), { hardLink: "lib/a" });
    });
    const tree = stackLayers([await filesLayer({ "usr/lib/": "", lib: "-> usr/lib" }), upper]);
    expect(tree.get("usr/lib/b")).toMatchObject({ hardLink: "usr/lib/a" });
  });
});

describe("looking into a tree", () => {
  it("get() follows nothing, resolve() follows up to 40 links", async () => {
    const chain: Record<string, string> = { "dir/x": "1", l0: "-> dir" };
    for (let at = 1; at <= 40; at++) chain[`l${at}`] = `-> l${at - 1}`;
    const tree = stackLayers([await filesLayer(chain)]);
    expect(tree.get("l3")?.type).toBe("symlink");
    expect(tree.get("l3/x")).toBeUndefined();
    expect(tree.resolve("l39/x")?.path).toBe("dir/x");
    expect(tree.resolve("l40/x")).toBeUndefined();
    expect(tree.resolve("/../../l0/../dir/x")?.path).toBe("dir/x");
    expect(tree.resolve("dir/x/")?.path).toBe("dir/x");
    expect(tree.resolve("dir/x/y")).toBeUndefined();
    expect(tree.resolve("nothing")).toBeUndefined();
  });

  it("children() are the direct ones, sorted", async () => {
    const tree = stackLayers([await filesLayer({ "b/x/y": "", "b/w": "", a: "", "b-c": "" })]);
    expect(tree.children("").map(entry => entry.path)).toEqual(["a", "b", "b-c"]);
    expect(tree.children("b").map(entry => entry.path)).toEqual(["b/w", "b/x"]);
    expect(tree.children("a")).toEqual([]);
    expect(tree.children("none")).toEqual([]);
  });
});
