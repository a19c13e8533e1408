import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { longNameRecords, shortNames } from "../../../../src/core/outputs/disk/extra/fatNames.ts";
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
const layer = { digest: "layer" };
let offset = 0;
const file = (path: string, size = 1) => ({ type: "file", path, ...owned, size, offset: ++offset, layer });
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

it("lets no hard link lead out of a partition", () => {
  const first = file("a/first");
  const name = (path: string) => ({ ...first, path, hardLink: "a/first" });
  const tree = treeOf(folder("a"), first, name("a/second"), folder("b"), name("b/c"), name("b/d"), name("e"));
  const links = (from: string) =>
    partOfTree(tree, from, [extraOf("b")]).entries.flatMap(entry =>
      entry.type === "file" ? [[entry.path, entry.hardLink]] : [],
    );
  const rootLinks = [
    ["a/first", undefined],
    ["a/second", "a/first"],
    ["e", "a/first"],
  ];
  expect(links("")).toEqual(rootLinks);
  expect(links("b")).toEqual([
    ["c", undefined],
    ["d", "c"],
  ]);
});

it("writes places with spaces so that mount reads them, and knows such lines", async () => {
  const odd = { uuid: "1", path: "/srv/my data\\é", type: "ext4" };
  expect(fstabLine(odd)).toBe("UUID=1 /srv/my\\040data\\134é ext4 defaults 0 2");
  const { tree, blob } = await treeWithFstab(
    Buffer.from("/dev/\xe0 /a ext4\n/dev/x /srv/my\\040data\\134\xc3\xa9/ ext4 defaults 0 2", "latin1"),
  );
  try {
    expect(await fstabWith(tree, [odd])).toBeUndefined();
    const made = await fstabWith(tree, [{ ...odd, path: "/b" }]);
    expect(made?.content.toString("latin1")).toMatch(
      /^\/dev\/\xe0 \/a ext4\n.*\nUUID=1 \/b ext4 defaults 0 2\n$/,
    );
  } finally {
    await rm(dirname(blob), { recursive: true });
  }
});

async function treeWithFstab(bytes: Buffer): Promise<{ tree: Tree; blob: string }> {
  const blob = join(await mkdtemp(join(tmpdir(), "whittle-fstab-")), "blob");
  await writeFile(blob, bytes);
  const entry = { ...file("etc/fstab", bytes.length), offset: 0, layer: { ...layer, blob } } as object;
  const get = (path: string) => (path === "etc/fstab" ? (entry as TreeEntry) : undefined);
  return { tree: { ...treeOf(folder("etc"), entry), get, resolve: get }, blob };
}

it("gives entries of a FAT short names that hide no other's", () => {
  const names = [
    "longfilename.txt",
    "LONGFI~1.TXT",
    "longfilename2.txt",
    "[id]",
    "ø.txt",
    "a.b.c",
    "readme",
    ".x",
  ];
  expect(Object.fromEntries(shortNames(names))).toEqual({
    ...{ "LONGFI~1.TXT": "LONGFI~1TXT", readme: "README     ", "longfilename.txt": "LONGFI~2TXT" },
    ...{ "longfilename2.txt": "LONGFI~3TXT", "[id]": "_ID_~1     ", "ø.txt": "_~1     TXT" },
    ...{ "a.b.c": "AB~1    C  ", ".x": "X~1        " },
  });
  const many = Array.from({ length: 1200 }, (_, index) => `a long name ${index}`);
  expect(new Set(shortNames(many).values()).size).toBe(many.length);
});

it("writes long names in UTF-16, the last part first, with the sum of the short name", () => {
  const [last, first, ...more] = longNameRecords("thirteen long😀", "THIRTE~1   ");
  expect(more).toEqual([]);
  // Two letters of one UTF-16 unit each are left, the second half of the emoji; then the end, then padding.
  expect(last?.toString("hex")).toBe(
    `42${"3dd800de0000ffffffff"}0f00d4${"ff".repeat(12)}0000${"ff".repeat(4)}`,
  );
  expect(first?.subarray(1, 11).toString("utf16le")).toBe("thirt");
  expect(first?.[0]).toBe(1);
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
    content: Buffer.from(
      "UUID=1 /var btrfs defaults 0 0\nUUID=2 /var/lib ext4 defaults 0 2\nUUID=3 none swap sw 0 0\n",
    ),
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
  [file("drivers/Aux.c"), "disk-entry"],
  [{ type: "symlink", path: "l", target: "x", ...owned }, "disk-entry"],
])("refuses on a FAT %j", (entry, code) => {
  expect(() => checkForFat(treeOf(entry))).toThrow(expect.objectContaining({ code }));
});

it("refuses more names than a folder of a FAT holds", () => {
  const names = Array.from({ length: 33_000 }, (_, index) => file(`d/${index}`));
  expect(() => checkForFat(treeOf(folder("d"), ...names))).toThrow("no more names");
});

it("refuses names on a FAT that differ in capitals alone", () => {
  expect(() => checkForFat(treeOf(file("Readme"), file("readme")))).toThrow("capitals");
});
