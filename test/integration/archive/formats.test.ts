import { execFileSync } from "node:child_process";
import { copyFile, link, mkdir, open, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "../../unit/archive/runArchive.ts";
import { block, pax, tarOf } from "../../unit/tar/tarBytes.ts";

let bench: Bench;
let tree: string;

beforeAll(async () => {
  bench = await openBench();
  tree = join(bench.folder, "tree");
  await makeTree();
});
afterAll(() => bench.close());

const longName = "n".repeat(250);

async function makeTree(): Promise<void> {
  await mkdir(join(tree, "dir/sub"), { recursive: true });
  await writeFile(join(tree, "dir/file"), "content", { mode: 0o640 });
  await link(join(tree, "dir/file"), join(tree, "dir/sub/again"));
  await symlink("../dir/file", join(tree, "link"));
  await writeFile(join(tree, `dir/${longName}`), "long");
  await writeFile(join(tree, "dir/ünïcode €"), "names");
  const sparse = await open(join(tree, "sparse"), "w");
  for (let i = 0; i < 40; i++) await sparse.write(`piece ${i}`, i * 1_000_000);
  await sparse.close();
  await truncate(join(tree, "sparse"), 50_000_000);
}

function run(tool: string, ...args: string[]): void {
  execFileSync(tool, args, { cwd: tree, stdio: ["ignore", "ignore", "inherit"] });
}

async function expectTree(file: string, sparseKept: boolean): Promise<void> {
  const { layer, content } = await bench.run(file);
  const paths = layer.index.entries.map(entry => entry.path);
  expect(paths).toEqual([
    "dir",
    "dir/file",
    `dir/${longName}`,
    "dir/sub",
    "dir/sub/again",
    "dir/ünïcode €",
    "link",
    "sparse",
  ]);
  const at = (path: string) => layer.index.entries.find(entry => entry.path === path);
  expect(at("dir/file")).toMatchObject({ type: "file", mode: 0o640, size: 7 });
  expect(
    [at("dir/file"), at("dir/sub/again")].filter(entry => entry?.type === "file" && entry.hardLink),
  ).toHaveLength(1);
  expect(content("dir/sub/again").toString()).toBe("content");
  expect(content("dir/file").toString()).toBe("content");
  expect(content(`dir/${longName}`).toString()).toBe("long");
  expect(at("link")).toMatchObject({ type: "symlink", target: "../dir/file" });
  expect(content("sparse").equals(await readFile(join(tree, "sparse")))).toBe(true);
  if (sparseKept) expect(layer.bytes).toBeLessThan(2_000_000);
}

describe("archives that real tools write", () => {
  it.each([
    ["pax", "--format=pax"],
    ["gnu", "--format=gnu"],
    ["gnu, sparse", "--format=gnu", "--sparse"],
    ["pax, sparse 0.0", "--format=pax", "--sparse", "--sparse-version=0.0"],
    ["pax, sparse 0.1", "--format=pax", "--sparse", "--sparse-version=0.1"],
    ["pax, sparse 1.0", "--format=pax", "--sparse", "--sparse-version=1.0"],
  ])("GNU tar, %s", async (name, ...options) => {
    run("tar", ...options, "-cf", "../gnu.tar", ".");
    await expectTree("gnu.tar", name.includes("sparse"));
  });

  it.each(["pax", "gnutar", "newc", "odc"])("bsdtar, %s", async format => {
    run("bsdtar", `--format=${format}`, "-cf", "../bsd.archive", ".");
    await expectTree("bsd.archive", format === "pax");
  });

  it.each([
    ["gzip", "-z"],
    ["bzip2", "-j"],
    ["xz", "-J"],
    ["lzma", "--lzma"],
    ["lz4", "--lz4"],
    ["zstd", "--zstd"],
    ["lzip", "--lzip"],
    ["compress", "-Z"],
  ])("a tar under %s, whatever its name", async (_, option) => {
    run("bsdtar", option, "-cf", "../packed.txt", ".");
    await expectTree("packed.txt", true);
  });

  it("a cpio under gzip", async () => {
    run("bsdtar", "-z", "--format=newc", "-cf", "../packed.cpio", ".");
    await expectTree("packed.cpio", false);
  });

  it("xz and zstd files of several parts, with a frame to skip first", async () => {
    run("bsdtar", "-cf", "../plain.tar", ".");
    const bytes = await readFile(join(bench.folder, "plain.tar"));
    const half = Math.floor(bytes.length / 2);
    for (const tool of ["xz", "zstd", "gzip", "bzip2"]) {
      const parts = [bytes.subarray(0, half), bytes.subarray(half)].map(input =>
        execFileSync(tool, ["-1", "-c"], { input, maxBuffer: 1e9 }),
      );
      const skip = tool === "zstd" ? [Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])] : [];
      await bench.put("parts", Buffer.concat([...skip, ...parts]));
      await expectTree("parts", true);
    }
  });

  it("devices, attributes and owners through every format that has them", async () => {
    const given = tarOf(
      pax([
        ["SCHILY.xattr.user.note", "kept"],
        ["uid", "70000"],
      ]),
      block({ name: "f", body: "x", mode: 0o4711, mtime: 1_234_567_890 }),
      block({ name: "null", flag: "3", mode: 0o666, major: 1, minor: 3 }),
      block({ name: "pipe", flag: "6", mode: 0o600 }),
    );
    await bench.put("given.tar", given);
    for (const format of ["pax", "gnutar", "ustar", "newc", "odc"]) {
      run("bsdtar", `--format=${format}`, "-cf", "../made", "@../given.tar");
      const { layer } = await bench.run("made");
      expect(layer.index.entries, format).toMatchObject([
        {
          path: "f",
          uid: 70_000,
          mode: 0o4711,
          mtime: 1_234_567_890,
          ...(format === "pax" ? { xattrs: { "user.note": "a2VwdA==" } } : {}),
        },
        { path: "null", type: "char", major: 1, minor: 3, mode: 0o666 },
        { path: "pipe", type: "fifo", mode: 0o600 },
      ]);
    }
  });
});

describe("compressed archives that are damaged", () => {
  it.each([
    ["gzip", "-z"],
    ["xz", "-J"],
    ["zstd", "--zstd"],
    ["bzip2", "-j"],
    ["lz4", "--lz4"],
  ])("are reported, cut short or altered: %s", async (_, option) => {
    run("bsdtar", option, "-cf", "../whole", ".");
    const bytes = await readFile(join(bench.folder, "whole"));
    for (const length of [bytes.length >> 2, bytes.length >> 1, bytes.length - 1]) {
      await bench.put("cut", bytes.subarray(0, length));
      await expect(bench.run("cut"), `${length} bytes`).rejects.toMatchObject({ code: "archive-damaged" });
    }
    const altered = Buffer.from(bytes);
    altered.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 16);
    await bench.put("altered", altered);
    await expect(bench.run("altered")).rejects.toMatchObject({ code: "archive-damaged" });
  });

  it("name the tool that is missing and its package", async () => {
    run("bsdtar", "-J", "-cf", "../whole.xz", ".");
    const bare = await openBench({ PATH: "/nowhere" });
    try {
      await copyFile(join(bench.folder, "whole.xz"), join(bare.folder, "whole.xz"));
      await expect(bare.run("whole.xz")).rejects.toMatchObject({
        code: "tool-missing",
        advice: expect.stringContaining("xz-utils"),
      });
    } finally {
      await bare.close();
    }
  });
});
