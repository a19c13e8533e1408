import { describe, expect, it } from "vitest";
import { estimateBlocks } from "../../../src/core/outputs/disk/ext4/contentBlocks.ts";
import { canBeQuoted, quoted } from "../../../src/core/outputs/disk/ext4/debugfs.ts";
import { saysNoRoom } from "../../../src/core/outputs/disk/ext4/ext4Image.ts";
import { readListing } from "../../../src/core/outputs/disk/ext4/inodeNumbers.ts";
import { setAttributes, setDevice } from "../../../src/core/outputs/disk/ext4/inodeRecord.ts";
import { countInodes } from "../../../src/core/outputs/disk/ext4/refusals.ts";
import { needBlock, xattrsOf } from "../../../src/core/outputs/disk/ext4/xattrs.ts";
import { directory, file, symlink, treeOf } from "./trees.ts";

describe("an inode", () => {
  const made = (change: (inode: Buffer) => void): Buffer => {
    const inode = Buffer.alloc(256);
    change(inode);
    return inode;
  };

  it("has its owner in two halves, the mode with its type, and four times", () => {
    const entry = { type: "file", mode: 0o4755, uid: 70_000, gid: 2_000_000_000, mtime: 5.9 } as const;
    const inode = made(bytes => setAttributes(bytes, entry, 7));
    expect(inode.readUInt16LE(0)).toBe(0o104755);
    expect(inode.readUInt16LE(2) + inode.readUInt16LE(120) * 2 ** 16).toBe(70_000);
    expect(inode.readUInt16LE(24) + inode.readUInt16LE(122) * 2 ** 16).toBe(2_000_000_000);
    expect([8, 12, 16, 144].map(at => inode.readInt32LE(at))).toEqual([7, 7, 5, 7]);
  });

  it.each([
    [-0.5, -1, 0],
    [-100, -100, 0],
    [5_000_000_000, 705_032_704, 1],
    [2 ** 31, -(2 ** 31), 1],
  ])("has the time %d in two parts", (mtime, low, extra) => {
    const entry = { type: "fifo", mode: 0, uid: 0, gid: 0, mtime } as const;
    const inode = made(bytes => setAttributes(bytes, entry, 0));
    expect([inode.readInt32LE(16), inode.readUInt32LE(136)]).toEqual([low, extra]);
  });

  it("has small and large device numbers, each in its own form", () => {
    const device = { ...directory("x"), type: "block" } as const;
    const numbers = (major: number, minor: number) => {
      const inode = made(bytes => setDevice(bytes, { ...device, major, minor }));
      return [inode.readUInt32LE(40), inode.readUInt32LE(44)];
    };
    expect(numbers(8, 1)).toEqual([2049, 0]);
    expect(numbers(259, 70_000)).toEqual([0, 286_327_664]);
  });
});

describe("requests to debugfs", () => {
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
