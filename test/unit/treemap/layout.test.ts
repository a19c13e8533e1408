import { describe, expect, it } from "vitest";
import { packEntries } from "../../../src/shared/protocol/entryColumns.ts";
import { layoutTiles, type Tile } from "../../../webview/sizes/model/layout.ts";
import { matchTree } from "../../../webview/sizes/model/matches.ts";
import { neighbour, tileAt } from "../../../webview/sizes/model/neighbour.ts";
import { buildSizeTree, type SizeNode } from "../../../webview/sizes/model/sizeTree.ts";
import { manyFiles, treeOf } from "./image.ts";

const size = { width: 800, height: 500 };
const shown = (tiles: readonly Tile[]) => tiles.filter(tile => tile.kind !== "open");
const sum = (tiles: readonly Tile[]) => shown(tiles).reduce((bytes, tile) => bytes + tile.value, 0);
const area = (tile: Tile) => (tile.x1 - tile.x0) * (tile.y1 - tile.y0);

describe("the layout", () => {
  it("has tiles that sum up to the image's bytes exactly, whatever is folded", () => {
    const tree = buildSizeTree(packEntries(manyFiles(20_000), ["base", "kernel"]), {
      stages: 2,
      packages: 0,
    });
    for (const width of [300, 1600]) {
      const tiles = layoutTiles(tree.root, { width, height: 600 });
      expect(sum(tiles)).toBe(tree.root.bytes);
      expect(tiles.some(tile => tile.kind === "folded")).toBe(true);
    }
  });

  it("gives siblings areas in proportion to their bytes", () => {
    const tree = treeOf({ "/a": [600], "/b": [300], "/c": [100] });
    const tiles = layoutTiles(tree.root, size);
    expect(tiles.map(tile => Math.round(area(tile)))).toEqual([240_000, 120_000, 40_000]);
  });

  it("keeps the content of a folder inside it, below its name", () => {
    const tree = treeOf({ "/usr/bin/a": [500], "/usr/lib/b": [500], "/etc/c": [400] });
    for (const tile of layoutTiles(tree.root, size)) {
      for (const child of tile.children) {
        expect(child.y0).toBeGreaterThanOrEqual(tile.y0 + tile.header);
        expect(child.x0).toBeGreaterThan(tile.x0);
        expect(child.x1).toBeLessThan(tile.x1);
        expect(child.y1).toBeLessThan(tile.y1);
      }
    }
  });

  it("folds 10,000 small siblings into one tile that says how many they are", () => {
    const files = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`/many/f${at}`, [at < 3 ? 90_000 : 1] as const]),
    );
    const folded = layoutTiles(treeOf(files).root, size).filter(tile => tile.kind === "folded");
    expect(folded).toMatchObject([{ label: "9997 more", folded: 9997, value: 9997 }]);
  });

  it("joins a folder with its only folder", () => {
    const tree = treeOf({ "/lib/modules/6.1/a.ko": [5], "/lib/modules/6.1/b.ko": [5], "/x": [9] });
    expect(layoutTiles(tree.root, size).find(tile => tile.kind === "open")).toMatchObject({
      label: "lib/modules/6.1",
      node: { path: "/lib/modules/6.1" },
    });
  });

  it("survives a path of 1,500 folders", () => {
    const tree = treeOf({ [`${"/d".repeat(1500)}/f`]: [10], "/other": [10] });
    expect(sum(layoutTiles(tree.root, size))).toBe(20);
  });

  it("is empty for a folder without bytes and without room", () => {
    expect(layoutTiles(treeOf({ "/empty": [0] }).root, size)).toEqual([]);
    expect(sum(layoutTiles(treeOf({ "/a": [4], "/b": [5] }).root, { width: 0, height: 0 }))).toBe(9);
  });

  it("shows only what a filter lets through when it is given its bytes", () => {
    const tree = treeOf({ "/bin/a": [10], "/bin/b.ko": [30], "/lib/c.ko": [50, "kernel"] });
    const weights = matchTree(tree, { query: ".ko", stage: undefined })?.bytes;
    const tiles = layoutTiles(tree.root, { ...size, weights });
    expect(shown(tiles).map(tile => [tile.node.path, tile.value])).toEqual([
      ["/lib/c.ko", 50],
      ["/bin/b.ko", 30],
    ]);
  });
});

describe("matches", () => {
  const tree = treeOf({ "/etc/Passwd": [1], "/usr/share/doc/a.txt": [2], "/usr/lib/a.so": [4, "kernel"] });
  const found = (query: string, stage?: number) => {
    const matches = matchTree(tree, { query, stage });
    return matches && [matches.counts[0], matches.bytes[0]];
  };

  it.each([
    ["PASSWD", [1, 1]],
    ["usr a", [2, 6]],
    ["/usr/*.txt", [1, 2]],
    ["a.?o", [1, 4]],
    ["(", [0, 0]],
  ])("%j finds count and bytes %j", (query, expected) => {
    expect(found(query)).toEqual(expected);
  });

  it("can be limited to a stage", () => {
    expect(found("", 1)).toEqual([1, 4]);
    expect(found("passwd", 1)).toEqual([0, 0]);
  });

  it("are undefined without a filter", () => {
    expect(found("  ")).toBeUndefined();
  });
});

describe("moving between tiles", () => {
  const tile = (name: string, x0: number, y0: number, x1: number, y1: number): Tile => {
    const node = { name } as SizeNode;
    const rest = { kind: "closed", value: 1, folded: 0, parent: undefined, children: [], header: 0 } as const;
    return { ...rest, node, label: name, x0, y0, x1, y1 };
  };
  // a | b | d
  // a | c | d
  const level = [
    tile("a", 0, 0, 50, 100),
    tile("b", 50, 0, 80, 50),
    tile("c", 50, 50, 80, 100),
    tile("d", 80, 0, 100, 100),
  ];
  const from = (name: string) => level.find(each => each.label === name) as Tile;

  it("goes to the tile that lies beside", () => {
    expect(neighbour(level, from("a"), "right")?.label).toBe("b");
    expect(neighbour(level, from("b"), "right")?.label).toBe("d");
    expect(neighbour(level, from("b"), "down")?.label).toBe("c");
    expect(neighbour(level, from("c"), "left")?.label).toBe("a");
    expect(neighbour(level, from("a"), "left")).toBeUndefined();
  });

  it("reaches every tile of a real layout from the first", () => {
    const tree = buildSizeTree(packEntries(manyFiles(400), ["base", "kernel"]), { stages: 2, packages: 0 });
    const folder = tree.find("/usr/d00000") as SizeNode;
    const tiles = layoutTiles(folder, size).filter(each => each.parent === undefined);
    const reached = new Set([tiles[0] as Tile]);
    for (const at of reached) {
      for (const direction of ["left", "right", "up", "down"] as const) {
        const next = neighbour(tiles, at, direction);
        if (next) reached.add(next);
      }
    }
    expect(reached.size).toBe(tiles.length);
  });

  it("finds the innermost tile at a point", () => {
    const tree = treeOf({ "/usr/bin/a": [500], "/usr/lib/b": [500] });
    const tops = layoutTiles(tree.root, size).filter(each => each.parent === undefined);
    expect(tileAt(tops, 5, 5)?.label).toBe("usr");
    expect(["a", "b"]).toContain(tileAt(tops, 100, 250)?.label);
    expect(tileAt(tops, 900, 5)).toBeUndefined();
  });
});
