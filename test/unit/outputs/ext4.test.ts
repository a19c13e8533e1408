import { describe, expect, it } from "vitest";
import { createAllocator } from "../../../src/core/outputs/disk/ext4/allocator.ts";
import { directoryBlocks, directoryBytes } from "../../../src/core/outputs/disk/ext4/directory.ts";
import { extentsOf, extentTree } from "../../../src/core/outputs/disk/ext4/extents.ts";
import { fitAround, fitInto } from "../../../src/core/outputs/disk/ext4/fit.ts";
import { blockBytes, freeBlocks, groupHead, layoutOf } from "../../../src/core/outputs/disk/ext4/layout.ts";
import { numberTree } from "../../../src/core/outputs/disk/ext4/nodes.ts";
import { posixAclOnDisk } from "../../../src/core/outputs/disk/ext4/posixAcl.ts";
import { storeXattrs } from "../../../src/core/outputs/disk/ext4/xattrs.ts";
import { directory, file, treeOf } from "./trees.ts";

describe("the layout of an ext4", () => {
  it("keeps copies of the superblock in groups 0, 1 and the powers of 3, 5 and 7", () => {
    const layout = layoutOf(60 * 32_768, 1000);
    const groups = Array.from({ length: 60 }, (_, group) => group);
    expect(groups.filter(group => groupHead(layout, group).hasSuperblock)).toEqual([
      0, 1, 3, 5, 7, 9, 25, 27, 49,
    ]);
  });

  it("has room for every inode asked for, also with more of them than blocks", () => {
    for (const inodes of [12, 5000, 40_000, 100_000, 1_000_000]) {
      const layout = layoutOf(30_000, inodes);
      expect(layout.inodesPerGroup).toBeLessThanOrEqual(32_768);
      expect(
        layout.inodesPerGroup * Math.max(layout.groups, Math.ceil(inodes / 32_768)),
      ).toBeGreaterThanOrEqual(inodes);
    }
  });

  it("hands out each block once, and none that a group's head takes", () => {
    const layout = layoutOf(4 * 32_768, 1000);
    const allocator = createAllocator(layout);
    const heads = [0, 1, 2, 3].map(group => groupHead(layout, group));
    let last = -1;
    for (const { start, length } of [...allocator.take(30_000), ...allocator.take(50_000)]) {
      expect(start).toBeGreaterThan(last);
      last = start + length - 1;
      for (const head of heads) expect(last < head.start || start >= head.content).toBe(true);
    }
    expect(freeBlocks(layout, allocator.end)).toBe(freeBlocks(layout, 0) - 80_000);
  });
});

describe("the map of a file's blocks", () => {
  const layout = layoutOf(2 ** 20, 1000);
  const scattered = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ logical: index * 2, start: index * 2 + 1000, length: 1 }));

  it("stands in the inode for up to four extents", () => {
    const { root, nodes } = extentTree(scattered(4), createAllocator(layout));
    expect(nodes).toEqual([]);
    expect([root.readUInt16LE(2), root.readUInt16LE(6), root.length]).toEqual([4, 0, 60]);
  });

  it("gets as many levels as it needs", () => {
    expect(extentTree(scattered(5), createAllocator(layout)).root.readUInt16LE(6)).toBe(1);
    expect(extentTree(scattered(1361), createAllocator(layout)).root.readUInt16LE(6)).toBe(2);
    expect(extentTree(scattered(1361), createAllocator(layout)).nodes).toHaveLength(
      Math.ceil(1361 / 340) + 1,
    );
  });

  it("cuts what is longer than one extent can say", () => {
    expect(extentsOf(7, [{ start: 10, length: 70_000 }])).toEqual([
      { logical: 7, start: 10, length: 32_768 },
      { logical: 32_775, start: 32_778, length: 32_768 },
      { logical: 65_543, start: 65_546, length: 4464 },
    ]);
  });
});

describe("a directory", () => {
  it("fills whole blocks with records that never cross from one to the next", () => {
    for (const count of [0, 1, 14, 15, 16, 200]) {
      const names = Array.from({ length: count }, (_, index) => ({
        name: Buffer.from(`${index}`.padStart(255, "n")),
        inode: 100 + index,
        type: "file" as const,
      }));
      const blocks = directoryBlocks(names.map(each => each.name.length));
      const bytes = directoryBytes(2, 2, names, blocks);
      const found: number[] = [];
      for (let at = 0; at < bytes.length; ) {
        const record = bytes.readUInt16LE(at + 4);
        expect(Math.floor(at / blockBytes)).toBe(Math.floor((at + record - 1) / blockBytes));
        found.push(bytes.readUInt32LE(at));
        at += record;
      }
      expect(found).toEqual([2, 2, ...names.map(each => each.inode)]);
    }
  });
});

describe("the size of a disk", () => {
  const tree = numberTree(
    treeOf([directory("d"), ...Array.from({ length: 300 }, (_, n) => file(`d/${n}`, 5000))]),
  );

  it("leaves as much free as asked for, and not more than a block's rounding", () => {
    for (const free of [0, 1_000_000, 16 * 2 ** 20, 300 * 2 ** 20]) {
      const { layout, placement } = fitAround(tree, free, true);
      const left = freeBlocks(layout, placement.end) * blockBytes;
      expect(left).toBeGreaterThanOrEqual(free);
      expect(left - free).toBeLessThan(blockBytes);
    }
  });

  it("is the smallest: a block less is too small", () => {
    const bytes = fitAround(tree, 0, true).layout.blocks * blockBytes;
    expect(fitInto(tree, bytes, true)).toBeDefined();
    expect(fitInto(tree, bytes - blockBytes, true)).toBeUndefined();
  });
});

describe("a numbered tree", () => {
  it("gives names of one file one inode, also when the first name is gone", () => {
    const first = file("z/first", 5);
    const second = { ...first, path: "a/second", hardLink: "z/first" };
    const tree = treeOf(
      [directory("a"), directory("z"), first, second, { ...second, path: "a/third" }],
      [file("z/first", 9)],
    );
    const { leaves } = numberTree(tree);
    expect(leaves.map(({ entry, links }) => [entry.path, links])).toEqual([
      ["a/second", 2],
      ["z/first", 1],
    ]);
  });

  it("refuses a lost+found that is no folder, and takes one that is", () => {
    expect(() => numberTree(treeOf([file("lost+found")]))).toThrow("lost+found");
    const { folders } = numberTree(treeOf([directory("lost+found"), file("lost+found/x")]));
    expect(folders.find(({ inode }) => inode === 11)?.names).toHaveLength(1);
  });
});

describe("extended attributes", () => {
  const entry = (xattrs: Record<string, string>) => ({ ...directory("d"), xattrs });

  it("stay in the inode while they fit, then go to a block of their own", () => {
    const value = (length: number) => Buffer.alloc(length, 1).toString("base64");
    expect(storeXattrs(entry({})).place).toBe("none");
    // 96 bytes less magic (4), end (4), entry (16) and its name (4).
    expect(storeXattrs(entry({ "user.name": value(68) })).place).toBe("inode");
    expect(storeXattrs(entry({ "user.name": value(69) })).place).toBe("block");
    expect(() => storeXattrs(entry({ "user.name": value(4100) }))).toThrow("/d");
  });

  it("of a kind that ext4 does not know are refused", () => {
    expect(() => storeXattrs(entry({ "com.apple.x": "" }))).toThrow("com.apple.x");
  });

  it("with an access control list lose the ids that say nothing", () => {
    const list = Buffer.alloc(4 + 3 * 8);
    list.writeUInt32LE(2, 0);
    [0x01, 0x02, 0x20].forEach((tag, index) => {
      list.writeUInt16LE(tag, 4 + index * 8);
      list.writeUInt16LE(6, 6 + index * 8);
      list.writeUInt32LE(1000, 8 + index * 8);
    });
    expect(posixAclOnDisk(list).toString("hex")).toBe("0100000001000600" + "02000600e8030000" + "20000600");
  });
});
