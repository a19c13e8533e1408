import { describe, expect, it } from "vitest";
import { noStage, packEntries } from "../../../src/shared/protocol/entryColumns.ts";
import type { BuiltSizes } from "../../../src/shared/protocol/sizes.ts";
import type { SizeEntry } from "../../../src/shared/report.ts";
import { buildSizeTree } from "../../../webview/sizes/model/sizeTree.ts";
import { stageRows } from "../../../webview/sizes/model/stageRows.ts";
import { treeOf } from "./image.ts";

describe("the size tree", () => {
  const tree = treeOf({
    "/bin/busybox": [700],
    "/boot/vmlinuz": [900, "kernel"],
    "/lib/modules/6.1/a.ko": [50, "kernel"],
    "/lib/modules/6.1/b.ko": [60, "kernel"],
    "/lib/libc.so": [100],
  });

  it("adds bytes and files up to the root", () => {
    expect(tree.root).toMatchObject({ bytes: 1810, files: 5, path: "/" });
    expect(tree.find("/lib")).toMatchObject({ bytes: 210, files: 3 });
    expect(tree.find("/lib/modules/6.1")).toMatchObject({ bytes: 110, files: 2, type: "directory" });
  });

  it("puts the biggest first in every folder", () => {
    expect(tree.root.children?.map(node => node.name)).toEqual(["boot", "bin", "lib"]);
    expect(tree.find("/lib/modules/6.1")?.children?.map(node => node.name)).toEqual(["b.ko", "a.ko"]);
  });

  it("gives a folder the stage that has most of its bytes", () => {
    expect(tree.find("/lib")?.stage).toBe(1);
    expect(tree.find("/bin")?.stage).toBe(0);
  });

  it("counts bytes by stage, and those of no known stage apart", () => {
    const withUnknown = treeOf({ "/a": [5], "/b": [7, "kernel"], "/c": [11, "gone"] });
    expect([...withUnknown.stageBytes]).toEqual([5, 7, 11]);
    expect(withUnknown.find("/c")?.stage).toBe(noStage);
  });

  it("takes folders as they come: listed, missing, empty, listed late", () => {
    const entries: SizeEntry[] = [
      { path: "/var/log/x", type: "file", bytes: 3, stage: "base" },
      { path: "/var", type: "directory", bytes: 0, stage: "base" },
      { path: "/empty", type: "directory", bytes: 0, stage: "base" },
      { path: "/", type: "directory", bytes: 0, stage: "base" },
    ];
    const odd = buildSizeTree(packEntries(entries, ["base"]), { stages: 1, packages: 0 });
    expect(odd.root).toMatchObject({ bytes: 3, files: 1 });
    expect(odd.root.children?.map(node => node.path)).toEqual(["/var", "/empty"]);
  });

  it("is a bare root for an image without entries", () => {
    expect(treeOf({}).root).toMatchObject({ bytes: 0, files: 0, children: [], stage: noStage });
  });
});

describe("stage rows", () => {
  const entries = packEntries(
    [
      { path: "/a", type: "file", bytes: 60, stage: "base" },
      { path: "/b", type: "file", bytes: 30, stage: "kernel" },
    ],
    ["base", "kernel", "remove"],
  );
  const stage = (name: string, addedBytes: number, removedBytes: number) => {
    return { name, kind: name, addedBytes, removedBytes, seconds: 1, cached: false };
  };
  const built = (stages: BuiltSizes["stages"], totalBytes = 90): BuiltSizes => {
    return { builtAt: 0, totalBytes, files: 2, stages, packages: [], outputs: [], entries };
  };
  const tree = buildSizeTree(entries, { stages: 3, packages: 0 });

  it("sum up to the total, net and kept alike", () => {
    const rows = stageRows(
      built([stage("base", 100, 0), stage("kernel", 30, 0), stage("remove", 0, 40)]),
      tree,
    );
    expect(rows.map(row => [row.name, row.netBytes, row.keptBytes])).toEqual([
      ["base", 100, 60],
      ["kernel", 30, 30],
      ["remove", -40, 0],
    ]);
  });

  it("show what nobody accounts for instead of hiding it", () => {
    const rows = stageRows(
      built([stage("base", 70, 0), stage("kernel", 30, 0), stage("remove", 0, 40)]),
      tree,
    );
    expect(rows.at(-1)).toMatchObject({ name: "unattributed", netBytes: 30, addedBytes: 30, keptBytes: 0 });
    expect(rows.reduce((sum, row) => sum + row.netBytes, 0)).toBe(90);
  });
});
