import { describe, expect, it } from "vitest";
import { memberKey } from "../../../src/core/outputs/initramfs/memberKey.ts";
import { splitIntoMembers } from "../../../src/core/outputs/initramfs/members.ts";
import { directory, file, symlink, treeOf } from "./trees.ts";

const zstd = { method: "zstd", level: 3 } as const;

describe("the members of an initramfs", () => {
  const tree = treeOf(
    [directory("bin"), file("bin/a"), file("bin/b")],
    [directory("etc"), file("etc/x"), file("bin/b"), symlink("bin/c", "a")],
  );
  const split = (carried = (_: { path: string }) => true) =>
    splitIntoMembers(tree.entries, carried).map(({ stage, entries }) => [
      stage,
      entries.map(each => each.path),
    ]);

  it("are all directories, then what each layer still owns", () => {
    expect(split()).toEqual([
      [undefined, ["bin", "etc"]],
      [0, ["bin/a"]],
      [1, ["bin/b", "bin/c", "etc/x"]],
    ]);
  });

  it("leave out what is not carried, and layers of which nothing is left", () => {
    expect(split(({ path }) => !path.endsWith("a"))).toEqual([
      [undefined, ["bin", "etc"]],
      [1, ["bin/b", "bin/c", "etc/x"]],
    ]);
  });
});

describe("the key of a member", () => {
  const key = (...entries: Parameters<typeof treeOf>[0][number][]) =>
    memberKey(treeOf(entries).entries, "", zstd);
  const one = file("a", 5);

  it("is the same for the same entries", () => {
    expect(key(one)).toBe(key(one));
  });

  it.each([
    ["mode", { mode: 0o600 }],
    ["owner", { uid: 1 }],
    ["time", { mtime: 1 }],
    ["place of the content", { offset: 4096 }],
    ["length", { size: 6 }],
    ["holes", { runs: [[0, 5]] as const }],
  ])("changes with the %s", (_what, change) => {
    expect(key({ ...one, ...change } as typeof one)).not.toBe(key(one));
  });

  it("changes with what is left out, and with the compression", () => {
    const two = treeOf([one, file("b")]).entries;
    expect(memberKey(two.slice(0, 1), "", zstd)).not.toBe(memberKey(two, "", zstd));
    expect(memberKey(two, "", { ...zstd, level: 4 })).not.toBe(memberKey(two, "", zstd));
    expect(memberKey(two, "console", zstd)).not.toBe(memberKey(two, "", zstd));
  });

  it("does not change when a layer below changes", () => {
    const above = [file("top")];
    const over = (below: ReturnType<typeof file>[]) =>
      memberKey(splitIntoMembers(treeOf(below, above).entries, () => true)[2]?.entries ?? [], "", zstd);
    expect(over([file("a", 1)])).toBe(over([file("a", 2), file("b")]));
  });
});
