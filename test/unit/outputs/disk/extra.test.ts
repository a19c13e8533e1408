import { expect, it } from "vitest";
import { checkForFat } from "../../../../src/core/outputs/disk/extra/fatRefusals.ts";
import { fatShape, smallestFat } from "../../../../src/core/outputs/disk/extra/fatShape.ts";
import { uuidOnDisk } from "../../../../src/core/outputs/disk/extra/fileSystemUuid.ts";
import { fstabLine, fstabWith } from "../../../../src/core/outputs/disk/extra/fstab.ts";
import { partOfTree } from "../../../../src/core/outputs/disk/extra/partOfTree.ts";
import type { Extra } from "../../../../src/core/outputs/disk/extra/planExtras.ts";
import type { Tree, TreeEntry } from "../../../../src/core/tree/tree.ts";

const MiB = 2 ** 20;
const owned = { uid: 0, gid: 0, mtime: 0, mode: 0o755 };
const folder = (path: string) => ({ type: "directory", path, ...owned });
const file = (path: string, size = 1) => ({ type: "file", path, ...owned, size, offset: 0 });
const treeOf = (...entries: object[]): Tree => ({
  entries: entries as TreeEntry[],
  effects: [],
  get: () => undefined,
  resolve: () => undefined,
  children: () => [],
});
const extraOf = (from: string) => ({ from }) as Extra;

it("gives each partition what lies in its folder, and no other's", () => {
  const tree = treeOf(
    ...[folder("var"), folder("var/lib"), file("var/lib/a"), file("var/b"), file("variety"), file("c")],
  );
  const extras = [extraOf("var"), extraOf("var/lib")];
  const paths = (from: string) => partOfTree(tree, from, extras).entries.map(({ path }) => path);
  expect(paths("")).toEqual(["var", "variety", "c"]);
  expect(paths("var")).toEqual(["lib", "b"]);
  expect(paths("var/lib")).toEqual(["a"]);
  expect(partOfTree(tree, "var", extras).get("b")?.path).toBe("b");
});

it("writes lines for /etc/fstab, parents before what is mounted in them and swap last", async () => {
  const mounts = [
    { uuid: "3", path: undefined, type: "swap" },
    { uuid: "2", path: "/var/lib", type: "ext4" },
    { uuid: "1", path: "/var", type: "btrfs" },
  ];
  const made = await fstabWith(treeOf(), mounts);
  expect(made).toEqual({
    path: "etc/fstab",
    content: "UUID=1 /var btrfs defaults 0 0\nUUID=2 /var/lib ext4 defaults 0 2\nUUID=3 none swap sw 0 0\n",
  });
  expect(await fstabWith(treeOf(), [])).toBeUndefined();
  expect(fstabLine({ uuid: "A-B", path: "/mnt", type: "vfat" })).toBe("UUID=A-B /mnt vfat defaults 0 2");
});

it("names a FAT by its serial number", () => {
  expect(uuidOnDisk("vfat", "00000000-0000-4000-8000-0123456789ab")).toBe("4567-89AB");
  expect(uuidOnDisk("none", "x")).toBeUndefined();
});

it.each([1, 3, 5, 33, 129, 257, 512, 513, 5000, 20_000])("makes a FAT of %i MiB of one kind alone", mib => {
  const { bits, cluster, rootSectors } = fatShape(treeOf(), mib * MiB);
  const head = bits === 32 ? 32 : 1 + rootSectors;
  const clusters = (mib * MiB) / 512 / cluster;
  const table = Math.ceil((clusters * bits) / 8 / 512);
  const usable = Math.floor(((mib * MiB) / 512 - head - table) / cluster);
  // Where readers draw the lines between the kinds.
  const kind = usable < 4085 ? 12 : usable < 65_525 ? 16 : 32;
  expect(kind).toBe(bits);
});

it("knows the smallest FAT for a tree, with folders, long names and what is to be free", () => {
  const names = Array.from({ length: 300 }, (_, index) => file(`d/${"n".repeat(100)}${index}`, 100));
  const tree = treeOf(folder("d"), ...names);
  expect(smallestFat(treeOf(), 0)).toBe(MiB);
  expect(smallestFat(tree, 0)).toBe(MiB);
  expect(smallestFat(tree, 8 * MiB)).toBe(9 * MiB);
  expect(smallestFat(treeOf(file("a", 600 * MiB)), 0)).toBeGreaterThan(600 * MiB);
});

it.each([
  [file("a", 2 ** 32), "fat-file-too-large"],
  [file("a:b"), "disk-entry"],
  [file("end."), "disk-entry"],
  [{ type: "symlink", path: "l", target: "x", ...owned }, "disk-entry"],
])("refuses on a FAT %j", (entry, code) => {
  expect(() => checkForFat(treeOf(entry))).toThrow(expect.objectContaining({ code }));
});

it("refuses names on a FAT that differ in capitals alone", () => {
  expect(() => checkForFat(treeOf(file("Readme"), file("readme")))).toThrow("capitals");
});
