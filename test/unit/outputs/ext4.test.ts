import { describe, expect, it } from "vitest";
import { estimateBlocks } from "../../../src/core/outputs/disk/ext4/contentBlocks.ts";
import { canBeQuoted, quoted } from "../../../src/core/outputs/disk/ext4/debugfs.ts";
import { saysNoRoom } from "../../../src/core/outputs/disk/ext4/ext4Image.ts";
import { readListing } from "../../../src/core/outputs/disk/ext4/inodeNumbers.ts";
import { attributeRequests, deviceRequests } from "../../../src/core/outputs/disk/ext4/inodeRequests.ts";
import { countInodes } from "../../../src/core/outputs/disk/ext4/refusals.ts";
import { needBlock, xattrsOf } from "../../../src/core/outputs/disk/ext4/xattrs.ts";
import { directory, file, symlink, treeOf } from "./trees.ts";

describe("requests to debugfs", () => {
  it("set owner, mode with its type, and the four times", () => {
    const entry = { type: "file", mode: 0o4755, uid: 70_000, gid: 2_000_000_000, mtime: 5.9 } as const;
    expect(attributeRequests(12, entry, 7)).toEqual([
      "sif <12> mode 0104755",
      "sif <12> uid 70000",
      "sif <12> gid 2000000000",
      "sif <12> mtime @5",
      "sif <12> atime @7",
      "sif <12> ctime @7",
      "sif <12> crtime @7",
    ]);
  });

  it("say the second before 1970, which debugfs cannot read, in two halves", () => {
    const entry = { type: "fifo", mode: 0, uid: 0, gid: 0, mtime: -0.5 } as const;
    expect(attributeRequests(12, entry, 0).slice(3, 5)).toEqual([
      "sif <12> mtime_lo 4294967295",
      "sif <12> mtime_hi 0",
    ]);
  });

  it("give small and large device numbers, each in its own form", () => {
    const device = { ...directory("x"), type: "block" } as const;
    expect(deviceRequests(12, { ...device, major: 8, minor: 1 })).toEqual([
      "sif <12> block[0] 2049",
      "sif <12> block[1] 0",
    ]);
    expect(deviceRequests(12, { ...device, major: 259, minor: 70_000 })).toEqual([
      "sif <12> block[0] 0",
      "sif <12> block[1] 286327664",
    ]);
  });

  it("double quotes inside quotes, and have no way to write a line break", () => {
    expect(quoted('a "b"')).toBe('"a ""b"""');
    expect(["a\nb", "a\rb", "a\tb"].map(canBeQuoted)).toEqual([false, false, true]);
  });
});

describe("what e2fsprogs says", () => {
  it("tells an image that is too small from a disk that is full", () => {
    expect(saysNoRoom('Could not allocate block in ext2 filesystem while writing file "x"')).toBe(true);
    expect(saysNoRoom("Total journal size too big for filesystem.")).toBe(true);
    expect(saysNoRoom('No space left on device while writing file "x"')).toBe(false);
  });

  it("lists names with line breaks", () => {
    const said = "debugfs: ls -p <2>\n/2/040755/0/0/.//\n/12/100644/0/0/a\nx b/3/\n";
    expect([...readListing(said)]).toEqual([
      { name: ".", inode: 2, mode: 0o040755 },
      { name: "a\nx b", inode: 12, mode: 0o100644 },
    ]);
  });
});

describe("the space that a tree takes", () => {
  const blocks = (...entries: Parameters<typeof treeOf>[0]) => estimateBlocks(treeOf(entries));

  it("counts whole blocks of files, once for all names of a file", () => {
    expect(blocks(file("a", 0), file("b", 1), file("c", 4097))).toBe(3);
    const first = file("a", 5000);
    const second = { ...first, path: "b", hardLink: "a" };
    expect(blocks(first, second)).toBe(2);
  });

  it("leaves out holes, and counts a block that two runs share once", () => {
    expect(
      blocks(
        file("a", 1e9, {
          runs: [
            [100, 10],
            [200, 10],
            [500_000_000, 1],
          ],
        }),
      ),
    ).toBe(2);
  });

  it("counts the map of a file in many pieces", () => {
    const runs = Array.from({ length: 5 }, (_, index): [number, number] => [index * 100_000, 1]);
    expect(blocks(file("a", 1e6, { runs: runs.slice(0, 4) }))).toBe(4);
    expect(blocks(file("a", 1e6, { runs }))).toBe(6);
  });

  it("counts folders, long links and attributes that do not fit into the inode", () => {
    expect(blocks(directory("d"))).toBe(1);
    expect(blocks(symlink("a", "x".repeat(59)), symlink("b", "x".repeat(60)))).toBe(1);
    expect(blocks({ ...file("a", 1), xattrs: { "user.name": "a".repeat(400) } })).toBe(2);
    const names = Array.from({ length: 20 }, (_, index) => file(`d/${`${index}`.padStart(250, "n")}`, 0));
    expect(blocks(directory("d"), ...names)).toBe(2);
  });
});

describe("inodes", () => {
  it("are counted with the eleven that ext4 keeps, once for all names of a file", () => {
    const first = file("z/first", 5);
    const second = { ...first, path: "a/second", hardLink: "z/first" };
    expect(countInodes(treeOf([directory("a"), directory("z"), first, second]))).toBe(11 + 3);
    expect(countInodes(treeOf([directory("lost+found"), file("lost+found/x")]))).toBe(11 + 1);
  });

  it("are refused to a lost+found that is no folder and to a device with a line break", () => {
    expect(() => countInodes(treeOf([file("lost+found")]))).toThrow("lost+found");
    expect(() => countInodes(treeOf([{ ...directory("a\nb"), type: "fifo" }]))).toThrow("line break");
  });
});

describe("extended attributes", () => {
  const entry = (xattrs: Record<string, string>) => ({ ...directory("d"), xattrs });
  const value = (length: number) => Buffer.alloc(length, 1).toString("base64");

  it("stay in the inode while they fit, then go to a block of their own", () => {
    expect(needBlock(xattrsOf(entry({})))).toBe(false);
    // 96 bytes less magic (4), end (4), entry (16) and its name (4).
    expect(needBlock(xattrsOf(entry({ "user.name": value(68) })))).toBe(false);
    expect(needBlock(xattrsOf(entry({ "user.name": value(69) })))).toBe(true);
    expect(() => xattrsOf(entry({ "user.name": value(4100) }))).toThrow("/d");
  });

  it("of a kind that ext4 does not know are refused", () => {
    expect(() => xattrsOf(entry({ "com.apple.x": "" }))).toThrow("com.apple.x");
    expect(() => xattrsOf(entry({ "user.a\nb": "" }))).toThrow("user.a");
  });
});
