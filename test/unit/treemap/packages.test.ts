import { describe, expect, it } from "vitest";
import { noPackage, packEntries } from "../../../src/shared/protocol/entryColumns.ts";
import type { BuiltSizes } from "../../../src/shared/protocol/sizes.ts";
import type { SizeEntry } from "../../../src/shared/report.ts";
import { layoutTiles } from "../../../webview/sizes/model/layout.ts";
import { matchTree } from "../../../webview/sizes/model/matches.ts";
import { packageRows, packageTitle } from "../../../webview/sizes/model/packageRows.ts";
import { buildPackageTree } from "../../../webview/sizes/model/packageTree.ts";
import { buildSizeTree } from "../../../webview/sizes/model/sizeTree.ts";
import { manyFiles } from "./image.ts";

const labels = ["libc6", "bash"];

function builtOf(entries: readonly SizeEntry[], stages = ["base", "caches/more"]): BuiltSizes {
  const sum = (label?: string): number =>
    entries.reduce(
      (bytes, each) => bytes + (label === undefined || each.package === label ? each.bytes : 0),
      0,
    );
  const files = (label?: string): number =>
    entries.filter(each => each.type === "file" && (label === undefined || each.package === label)).length;
  return {
    ...{ builtAt: 0, totalBytes: sum(), files: files(), outputs: [] },
    stages: stages.map(name => {
      return { name, kind: "tree", addedBytes: 0, removedBytes: 0, seconds: 0, cached: false };
    }),
    packages: labels.map(label => {
      return { label, version: "1-2", type: "deb", bytes: sum(label), files: files(label) };
    }),
    entries: packEntries(entries, stages, labels),
  };
}

const file = (path: string, bytes: number, owner?: string, stage = "base"): SizeEntry => {
  const base = { path, type: "file", bytes, stage } as const;
  return owner === undefined ? base : { ...base, package: owner };
};

const built = builtOf([
  file("/bin/bash", 500, "bash"),
  file("/lib/libc.so", 700, "libc6"),
  file("/usr", 0),
  { path: "/usr/share", type: "directory", bytes: 0, stage: "base", package: "libc6" },
  file("/usr/share/doc/bash", 30, "bash"),
  file("/usr/share/doc/libc6", 40, "libc6"),
  file("/var/cache/a", 90),
  file("/var/cache/b", 20, undefined, "caches/more"),
]);

describe("the tree of folders", () => {
  const tree = buildSizeTree(built.entries, { stages: 2, packages: 2 });

  it("gives a folder the package that has most of its bytes, or none", () => {
    expect(tree.find("/usr/share/doc")?.package).toBe(0);
    expect(tree.find("/bin")?.package).toBe(1);
    expect(tree.find("/var")?.package).toBe(noPackage);
    expect(tree.root.package).toBe(0);
  });
});

describe("the tree of packages", () => {
  const tree = buildPackageTree(built);

  it("has each package with its files, and what belongs to none by stage", () => {
    expect(tree.root.children?.map(node => [node.name, node.bytes, node.files])).toEqual([
      ["libc6", 740, 2],
      ["bash", 530, 2],
      ["no package (stage base)", 90, 2],
      ["no package (stage caches\u2215more)", 20, 1],
    ]);
    expect(tree.root.bytes).toBe(built.totalBytes);
  });

  it("knows where in the image its files lie", () => {
    expect(tree.at("/usr/share/doc/bash")?.key).toBe("/bash/usr/share/doc/bash");
    expect(tree.find("/libc6/usr/share")).toMatchObject({ path: "/usr/share", name: "share", package: 0 });
    expect(tree.find("/libc6")).toMatchObject({ path: "", package: 0 });
  });

  it("is laid out with the package's name apart from its folders", () => {
    const only = buildPackageTree(builtOf([file("/usr/lib/a", 5, "bash"), file("/usr/lib/b", 5, "bash")]));
    const [tile] = layoutTiles(only.root, { width: 400, height: 300 });
    expect(tile?.label).toBe("bash · /usr/lib");
  });

  it("holds the same bytes as the image, however many files", () => {
    const entries = manyFiles(5000).map((entry, at) => {
      const owner = labels[at % 3];
      return owner === undefined ? entry : { ...entry, package: owner };
    });
    const many = builtOf(entries, ["base", "kernel"]);
    expect(buildPackageTree(many).root).toMatchObject({ bytes: many.totalBytes, files: 5000 });
  });
});

describe("package rows", () => {
  it("are the packages and the rest, which are the image", () => {
    const rows = packageRows(built);
    expect(rows.map(({ label, bytes, files }) => [label, bytes, files])).toEqual([
      ["libc6", 740, 2],
      ["bash", 530, 2],
      ["no package", 110, 3],
    ]);
    expect(rows.reduce((sum, row) => sum + row.bytes, 0)).toBe(built.totalBytes);
  });

  it("are none for an image without packages", () => {
    expect(packageRows({ ...built, packages: [] })).toEqual([]);
  });

  it("are called by name and version, once", () => {
    expect(packageTitle({ label: "libc6", version: "2.36-9" })).toBe("libc6 2.36-9");
    expect(packageTitle({ label: "libc6 2.36-9", version: "2.36-9" })).toBe("libc6 2.36-9");
  });
});

describe("matches", () => {
  const tree = buildSizeTree(built.entries, { stages: 2, packages: 2 });
  const found = (query: string, owner?: number) =>
    matchTree(tree, { query, labels, ...(owner === undefined ? {} : { package: owner }) })?.counts[0];

  it("find packages by name as well as paths", () => {
    expect(found("libc6")).toBe(2);
    expect(found("ba?h doc")).toBe(1);
    expect(found("LIBC.so")).toBe(1);
  });

  it("can be limited to one package, or to what belongs to none", () => {
    expect(found("", 1)).toBe(2);
    expect(found("doc", 1)).toBe(1);
    expect(found("", noPackage)).toBe(3);
  });
});
