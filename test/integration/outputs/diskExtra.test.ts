import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disk } from "../../../src/core/outputs/disk.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { blkid, checkBtrfs, checkExt, type FoundPartition, partitionsOf, takeOut } from "./diskTable.ts";
import { type Add, type Bench, failureOf, makeOutput, openBench, owned, sha256Of } from "./outputBench.ts";

const run = promisify(execFile);
const MiB = 2 ** 20;
let bench: Bench;
let tree: Tree;
beforeAll(async () => {
  bench = await openBench();
  tree = await bench.tree(system);
});
afterAll(() => bench.close());

const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;
const folder = (path: string, mode = 0o755) => ({ type: "directory", path, mode, ...owned }) as const;

async function system(add: Add): Promise<void> {
  await add(file("sbin/init", 0o755), { bytes: Buffer.from("#!/bin/sh\n") });
  await add(file("etc/fstab"), { bytes: Buffer.from("# own\n/dev/x /mnt ext4 ro 0 0") });
  await add({ ...folder("home", 0o750), uid: 7 });
  await add({ ...file("home/me/notes", 0o600), uid: 1000 }, { bytes: Buffer.alloc(70_000, 5) });
  await add({ ...folder("var/lib/big"), gid: 3 });
  await add(file("var/lib/big/data"), { bytes: Buffer.alloc(400_000, 6) });
  await add(file("opt/large"), { bytes: Buffer.alloc(1_500_000, 8) });
  await add(file("var/log/first"), { bytes: Buffer.from("line\n") });
  await add(folder("media/stick/Empty Folder"));
  await add(file("media/stick/A long name with é.txt"), { bytes: Buffer.from("for all") });
  await add(file("media/stick/deep/er/file"), { bytes: Buffer.alloc(9000, 7) });
}

const extra = [
  { label: "home", from: "/home" },
  { label: "var", from: "/var", filesystem: "btrfs" },
  { label: "big", from: "/var/lib/big", size: "20M" },
  { label: "STICK", from: "/media/stick", filesystem: "vfat", mount: "/mnt", free: "2M" },
  { label: "more", filesystem: "swap", size: "8M" },
  { label: "raw", filesystem: "none", size: "3M" },
  { label: "data", mount: "/srv/data", free: "1M" },
];

async function make(given: object, from = tree, within = bench): Promise<string> {
  const { image } = await makeOutput(disk, given, within.context(from));
  return image.path;
}

async function debugfs(image: string, request: string): Promise<string> {
  return (await run("/usr/sbin/debugfs", ["-R", request, image])).stdout;
}

describe("a disk with partitions of its own", () => {
  let path: string;
  let found: ReadonlyMap<string, FoundPartition>;
  const out = async (name: string): Promise<string> => {
    const partition = found.get(name);
    if (!partition) throw new Error(`There is no ${name}.`);
    return takeOut(path, partition, await bench.context(tree).scratch());
  };
  beforeAll(async () => {
    path = await make({ partitions: "gpt", extra });
    found = new Map((await partitionsOf(path)).map(each => [each.name ?? "", each]));
  });

  it("has them in order before the root, each of the type that it is for", () => {
    expect([...found.keys()]).toEqual(["home", "var", "big", "STICK", "more", "raw", "data", "root"]);
    expect(found.get("home")?.type).toBe("933AC7E1-2EB4-4F13-B844-0E14E2AEF915");
    expect(found.get("STICK")?.type).toBe("EBD0A0A2-B9E5-4433-87C0-68B6B72699C7");
    expect(found.get("more")?.type).toBe("0657FD6D-A4AB-43C4-84E5-0933C84B4F4F");
    expect(found.get("data")?.type).toBe("0FC63DAF-8483-4772-8E79-3D69D8477DE4");
    expect((found.get("big")?.size ?? 0) * 512).toBe(20 * MiB);
    expect(new Set([...found.values()].map(({ uuid }) => uuid)).size).toBe(found.size);
  });

  it("has clean file systems with the labels, and what lies in the folders", async () => {
    const home = await out("home");
    await checkExt(home);
    expect(await blkid(home)).toMatchObject({ LABEL: "home", TYPE: "ext4" });
    expect(await debugfs(home, "stat /me/notes")).toMatch(/Mode: +0600[\s\S]*User: +1000/);
    expect(await debugfs(home, "stat /")).toMatch(/Mode: +0750[\s\S]*User: +7 /);
    const big = await out("big");
    await checkExt(big);
    expect(await debugfs(big, "stat /data")).toMatch(/Size: 400000/);
    const data = await out("data");
    await checkExt(data);
    const all = await out("var");
    await checkBtrfs(all);
    const { stdout: names } = await run("btrfs", ["inspect-internal", "dump-tree", "-t", "5", all]);
    expect(names).toContain("name: first");
    expect(names).toContain("name: big");
    expect(names).not.toContain("name: data");
    expect(await blkid(await out("more"))).toMatchObject({ TYPE: "swap", LABEL: "more" });
  });

  it("has a clean FAT with the names as they are", async () => {
    const stick = await out("STICK");
    await run("/usr/sbin/fsck.fat", ["-n", stick]);
    expect(await blkid(stick)).toMatchObject({ LABEL: "STICK", TYPE: "vfat" });
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    const { stdout } = await run("mdir", ["-/", "-b", "-i", stick, "::"], { env });
    expect(stdout.trim().split("\n").sort()).toEqual([
      "::/A long name with é.txt",
      "::/Empty Folder/",
      "::/deep/",
      "::/deep/er/",
      "::/deep/er/file",
    ]);
    const { stdout: content } = await run("mtype", ["-i", stick, "::/A long name with é.txt"], { env });
    expect(content).toBe("for all");
  });

  it("leaves the folders empty on the root, and mounts what the image does not", async () => {
    const root = await out("root");
    await checkExt(root);
    expect(await debugfs(root, "ls -p /home")).not.toContain("/me/");
    expect(await debugfs(root, "stat /home")).toMatch(/Mode: +0750/);
    expect(await debugfs(root, "ls -p /var")).not.toContain("/lib/");
    expect(await debugfs(root, "stat /srv/data")).toContain("directory");
    const lines = (await debugfs(root, "cat /etc/fstab")).split("\n");
    const uuid = async (name: string) => (await blkid(await out(name)))["UUID"];
    expect(lines).toEqual([
      "# own",
      "/dev/x /mnt ext4 ro 0 0",
      `UUID=${await uuid("home")} /home ext4 defaults 0 2`,
      `UUID=${await uuid("data")} /srv/data ext4 defaults 0 2`,
      `UUID=${await uuid("var")} /var btrfs defaults 0 0`,
      `UUID=${await uuid("big")} /var/lib/big ext4 defaults 0 2`,
      `UUID=${await uuid("more")} none swap sw 0 0`,
      "",
    ]);
  });

  it("is the same each time", async () => {
    const other = await openBench();
    try {
      const again = await make({ partitions: "gpt", extra }, await other.tree(system), other);
      expect(await sha256Of(again)).toBe(await sha256Of(path));
    } finally {
      await other.close();
    }
  });
});

it("has three of them in an MBR, and makes large FATs too", async () => {
  const path = await make({
    extra: [
      { label: "a", filesystem: "vfat", size: "600M", from: "/media/stick" },
      { label: "b", filesystem: "vfat", size: "40M" },
      { label: "c", filesystem: "vfat" },
    ],
  });
  const found = await partitionsOf(path);
  expect(found.map(({ type }) => type)).toEqual(["c", "c", "c", "83"]);
  for (const each of found.slice(0, 3)) {
    const out = await takeOut(path, each, await bench.context(tree).scratch());
    await run("/usr/sbin/fsck.fat", ["-n", out]);
  }
});

it("has all names on a FAT in their folders, whatever mtools would make of them", async () => {
  const names = [
    "i/own",
    "[id]/page.txt",
    "LONGFI~1.TXT",
    "longfilename.txt",
    "ø.txt",
    "日本/語",
    "-o",
    "a b+c;[x]",
    "É",
  ];
  const odd = await bench.tree(async add => {
    for (const name of names) await add(file(`media/${name}`), { bytes: Buffer.from(name) });
    await add(file("media/large"), { bytes: Buffer.alloc(3_000_000, 9) });
    await add(file("media/empty"), { bytes: Buffer.alloc(0) });
    for (let each = 0; each < 300; each++)
      await add(file(`media/many/${"x".repeat(200)} ${each}`), { bytes: Buffer.from(`${each}`) });
  });
  for (const size of ["4M", "20M", "520M"]) {
    const path = await make({ extra: [{ label: "m", filesystem: "vfat", from: "/media", size }] }, odd);
    const [found] = await partitionsOf(path);
    if (!found) throw new Error("There is no partition.");
    const into = await bench.context(odd).scratch();
    const fat = await takeOut(path, found, into);
    const { stdout: verdict } = await run("/usr/sbin/fsck.fat", ["-n", fat]);
    expect(verdict).not.toMatch(/differ|wrong|free cluster/i);
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    const out = join(into, "out");
    await mkdir(out);
    await run("mcopy", ["-s", "-i", fat, "::*", out], { env });
    for (const name of names) expect(await readFile(join(out, name), "utf8")).toBe(name);
    expect((await readFile(join(out, "large"))).equals(Buffer.alloc(3_000_000, 9))).toBe(true);
    expect(await readFile(join(out, `many/${"x".repeat(200)} 299`), "utf8")).toBe("299");
    expect(await readdir(join(out, "many"))).toHaveLength(300);
    expect(await readdir(out)).toHaveLength(12);
  }
});

it("makes the folders to mount on where they are seen", async () => {
  const nested = await bench.tree(async add => {
    await add(file("sbin/init", 0o755), { bytes: Buffer.from("#!/bin/sh\n") });
    await add(file("srv/www/page"), { bytes: Buffer.from("page") });
    await add({ type: "symlink", path: "alias", mode: 0o777, target: "real", ...owned });
    await add(folder("real"));
  });
  const path = await make(
    {
      partitions: "gpt",
      extra: [
        { label: "data", mount: "/data" },
        { label: "db", mount: "/data/my db" },
        { label: "vol", from: "/srv", mount: "/vol" },
        { label: "www", mount: "/srv/www" },
        { label: "in", mount: "/vol/www/in" },
        { label: "alias", mount: "/alias/x" },
      ],
    },
    nested,
  );
  const found = new Map((await partitionsOf(path)).map(each => [each.name ?? "", each]));
  const out = async (name: string) => {
    const partition = found.get(name);
    if (!partition) throw new Error(`There is no ${name}.`);
    const image = await takeOut(path, partition, await bench.context(nested).scratch());
    await checkExt(image);
    return image;
  };
  expect(await debugfs(await out("data"), 'stat "/my db"')).toContain("directory");
  const vol = await out("vol");
  expect(await debugfs(vol, "cat /www/page")).toBe("page");
  expect(await debugfs(vol, "stat /www/in")).toContain("directory");
  const root = await out("root");
  expect(await debugfs(root, "stat /srv/www")).toContain("directory");
  expect(await debugfs(root, "stat /real/x")).toContain("directory");
  expect(await debugfs(root, "ls -p /data")).not.toContain("my db");
  const fstab = await debugfs(root, "cat /etc/fstab");
  expect(fstab).toContain(" /data/my\\040db ext4");
  expect(fstab).toContain(" /real/x ext4");
});

it("cuts hard links between a squashfs root and a partition", async () => {
  const linked = await bench.tree(async add => {
    await add(file("home/a"), { bytes: Buffer.from("both") });
    await add(file("home/b"), { hardLink: "home/a" });
    await add(file("opt/c"), { hardLink: "home/a" });
    await add(file("opt/d"), { hardLink: "home/a" });
  });
  const given = { filesystem: "squashfs", partitions: "gpt", extra: [{ label: "h", from: "/home" }] };
  const path = await make(given, linked);
  const [home, root] = await partitionsOf(path);
  if (!home || !root) throw new Error("There are no partitions.");
  const into = await bench.context(linked).scratch();
  expect(await debugfs(await takeOut(path, home, into), "stat /b")).toMatch(/Links: 2/);
  const { stdout } = await run("unsquashfs", ["-cat", await takeOut(path, root, into), "opt/d"]);
  expect(stdout).toBe("both");
});

describe("what cannot be", () => {
  const of = (given: object) => ({ partitions: "gpt", extra: [given] });
  it.each([
    [of({ label: "a", from: "/none" }), "disk-extra", "extra.0.from"],
    [of({ label: "a", from: "/" }), "disk-extra", "extra.0.from"],
    [of({ label: "a", mount: "/" }), "disk-extra", "extra.0.mount"],
    [of({ label: "a", mount: "/a/../b" }), "disk-extra", "extra.0.mount"],
    [of({ label: "a", mount: "/a\n/dev/b /" }), "disk-extra", "extra.0.mount"],
    [of({ label: "a", mount: "/opt/large" }), "disk-extra", "extra.0.mount"],
    [of({ label: "a", mount: "/opt/large/below" }), "disk-extra", "extra.0.mount"],
    [of({ label: "a", from: "/etc" }), "disk-extra", "extra.0.from"],
    [of({ label: "a", from: "/sbin" }), "disk-extra", "extra.0.from"],
    [of({ label: "a.b", filesystem: "vfat" }), "disk-label", "extra.0.label"],
    [of({ label: "a", filesystem: "swap", size: "17T" }), "disk-too-large", "extra.0.size"],
    [of({ label: "a", size: "20T" }), "disk-too-large", "extra.0.size"],
    [of({ label: "a", free: "20T" }), "disk-too-large", "extra.0.free"],
    [of({ label: "a", filesystem: "vfat", size: "2T" }), "disk-too-large", "extra.0.size"],
    [of({ label: "a", filesystem: "vfat", free: "3T" }), "disk-too-large", "extra.0.free"],
    [{ partitions: "gpt", swap: "17T" }, "disk-too-large", "swap"],
    [
      {
        extra: [
          { label: "a", size: "1T" },
          { label: "b", size: "2T" },
        ],
      },
      "disk-too-large",
      "extra.1.size",
    ],
    [{ partitions: "mbr", size: "3T" }, "disk-too-large", "size"],
    [of({ label: "a", filesystem: "swap" }), "disk-extra", "extra.0.size"],
    [of({ label: "a", filesystem: "none", size: "1M", from: "/home" }), "disk-extra", "extra.0.from"],
    [of({ label: "a", size: "9M", free: "1M" }), "disk-size", "extra.0.free"],
    [of({ label: "twelve.chars", filesystem: "vfat" }), "disk-label", "extra.0.label"],
    [of({ label: "a", from: "/var", size: "300K" }), "disk-too-small", "extra.0.size"],
    [of({ label: "a", from: "/opt", filesystem: "vfat", size: "1M" }), "disk-too-small", "extra.0.size"],
    [of({ label: "a", from: "/var", filesystem: "btrfs", size: "1M" }), "disk-too-small", "extra.0.size"],
    [{ extra: [{ label: "a" }, { label: "A", mount: "/b" }] }, "disk-extra", "extra.1.label"],
    [{ extra: ["a", "b", "c", "d"].map(label => ({ label })) }, "disk-partitions", "extra"],
    [{ partitions: "none", extra: [{ label: "a" }] }, "disk-partitions", "partitions"],
  ])("%j", async (given, code, at) => {
    const failure = await failureOf(make(given));
    expect(failure).toMatchObject({ code, range: { file: at } });
    expect(failure.advice).toBeDefined();
  });

  it("is a place on another partition where a file lies", async () => {
    const extra = [
      { label: "a", from: "/opt", mount: "/mnt" },
      { label: "b", mount: "/mnt/large/x" },
    ];
    const failure = await failureOf(make({ partitions: "gpt", extra }));
    expect(failure).toMatchObject({ code: "disk-extra", range: { file: "extra.1.mount" } });
  });

  it("is a name on a FAT that means a device", async () => {
    const odd = await bench.tree(add => add(file("data/aux.c"), { bytes: Buffer.from("x") }));
    const failure = await failureOf(
      make({ extra: [{ label: "a", filesystem: "vfat", from: "/data" }] }, odd),
    );
    expect(failure).toMatchObject({ code: "disk-entry", range: { file: "extra.0.from" } });
    expect(failure.message).toContain("/aux.c");
  });

  it("is a link or a file of 4 GiB on a FAT", async () => {
    const given = { extra: [{ label: "a", filesystem: "vfat", from: "/data" }] };
    const link = await bench.tree(add =>
      add({ type: "symlink", path: "data/l", mode: 0o777, target: "x", ...owned }),
    );
    expect(await failureOf(make(given, link))).toMatchObject({
      ...{ code: "disk-entry", range: { file: "extra.0.from" } },
    });
    const large = await bench.tree(add =>
      add(file("data/l"), { size: 2 ** 32, runs: [], stream: nothing() }),
    );
    expect(await failureOf(make(given, large))).toMatchObject({
      ...{ code: "fat-file-too-large", range: { file: "extra.0.from" } },
    });
    expect((await stat(await make({}, large))).size).toBeGreaterThan(0);
  });
});

async function* nothing(): AsyncGenerator<Uint8Array> {}
