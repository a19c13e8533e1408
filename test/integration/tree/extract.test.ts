import { execFileSync } from "node:child_process";
import {
  createWriteStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { writeTreeTar } from "../../../src/core/tree/writeTar.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-extract-"));
const long = `${"d".repeat(120)}/${"e".repeat(120)}/${"f".repeat(200)}`;
const prefixed = `${"p".repeat(140)}/${"n".repeat(90)}`;
const tars: Record<string, string> = { layer: "", tree: join(folder, "tree.tar"), replaced: "" };

/** What is in the tars: path, `ls`-like facts as `tar -tv --numeric-owner` prints them. */
const facts: Record<string, string> = {
  "bin/": "drwxr-xr-x 0/0",
  "bin/su": "-rwsr-xr-x 1234/5678",
  "bin/su2": "hrwsr-xr-x 1234/5678",
  "dev/console": "crw------- 0/5",
  "dev/sda": "brw-rw---- 0/6",
  "etc/fifo": "prw-r--r-- 0/0",
  "etc/link": "lrwxrwxrwx 0/0",
  "etc/longlink": "lrwxrwxrwx 0/0",
  "etc/many": "-rw-r--r-- 4000000000/3000000000",
  "etc/sticky/": "drwxrwxrwt 0/0",
  "etc/ünï ✓": "-rw-r--r-- 0/0",
  sparse: "-rw-r--r-- 0/0",
  [long]: "-rw-r--r-- 0/0",
  [`${long}2`]: "hrw-r--r-- 0/0",
  [prefixed]: "-rw-r--r-- 0/0",
};

async function* data() {
  yield Buffer.alloc(4096, "A");
  yield Buffer.alloc(4096, "B");
}

async function makeLayer(name: string, twice: boolean): Promise<Layer> {
  const to = createLayerBuilder({ folder: join(folder, name), clock: 0 });
  const base = { uid: 0, gid: 0, mtime: 1_500_000_000 };
  const file = { ...base, type: "file", mode: 0o644 } as const;
  if (twice) {
    await to.add({ ...base, type: "directory", path: "bin/su", mode: 0o700 });
    await to.add({ ...file, path: "etc/sticky" }, { bytes: Buffer.from("in the way") });
    await to.add({ ...base, type: "symlink", path: "sparse", mode: 0o777, target: "/etc" });
  }
  await to.add({ ...base, type: "directory", path: "bin", mode: 0o755 });
  const su = { ...file, path: "bin/su", mode: 0o4755, uid: 1234, gid: 5678 };
  await to.add({ ...su, xattrs: { "user.comment": "YQBiCj0=" } }, { bytes: Buffer.from("su") });
  await to.add({ ...su, path: "bin/su2" }, { hardLink: "bin/su" });
  await to.add({ ...base, type: "char", path: "dev/console", mode: 0o600, gid: 5, major: 5, minor: 1 });
  await to.add({
    ...base,
    type: "block",
    path: "dev/sda",
    mode: 0o660,
    gid: 6,
    major: 259,
    minor: 1_000_000,
  });
  await to.add({ ...base, type: "fifo", path: "etc/fifo", mode: 0o644 });
  await to.add({ ...base, type: "symlink", path: "etc/link", mode: 0o777, target: "../bin/su" });
  await to.add({ ...base, type: "symlink", path: "etc/longlink", mode: 0o777, target: `/ünï/${long}` });
  await to.add({ ...file, path: "etc/many", uid: 4_000_000_000, gid: 3_000_000_000, mtime: 9e10 });
  await to.add({ ...base, type: "directory", path: "etc/sticky", mode: 0o1777 });
  await to.add({ ...file, path: "etc/ünï ✓", mtime: -5 }, { bytes: Buffer.from("utf-8") });
  const runs = [
    [65_536, 4096],
    [5_000_000, 4096],
  ] as const;
  await to.add({ ...file, path: "sparse" }, { stream: data(), size: 10_000_000, runs });
  await to.add({ ...file, path: long }, { bytes: Buffer.from("long") });
  await to.add({ ...file, path: `${long}2` }, { hardLink: long });
  await to.add({ ...file, path: prefixed }, { bytes: Buffer.from("prefixed") });
  return to.finish(new AbortController().signal);
}

function run(tool: string, ...args: string[]): string {
  return execFileSync(tool, args, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
  });
}

beforeAll(async () => {
  const layer = await makeLayer("layer", false);
  tars["layer"] = layer.blob;
  tars["replaced"] = (await makeLayer("replaced", true)).blob;
  await writeTreeTar(stackLayers([layer]), createWriteStream(join(folder, "tree.tar")));
});
afterAll(() => rmSync(folder, { recursive: true }));

// The tree adds parents that the layers leave out.
const implied = [
  "dev/",
  "etc/",
  `${long.split("/")[0]}/`,
  `${long.split("/", 2).join("/")}/`,
  `${"p".repeat(140)}/`,
];

describe.each(["layer", "replaced", "tree"])("the tar of a %s", which => {
  it("is listed by GNU tar with every mode, owner, kind and name", () => {
    const lines = run(
      "tar",
      "-tvf",
      tars[which] ?? "",
      "--numeric-owner",
      "--quoting-style=literal",
    ).trimEnd();
    const listed = lines.split("\n").map(line => {
      const [, fact = "", name = ""] = /^(\S+ \S+) +\S+ \S+ \S+ (.*)$/.exec(line) ?? [];
      return [name.replace(/ (->|link to) .*/, ""), fact] as const;
    });
    const own = listed.filter(([name]) => which !== "tree" || !implied.includes(name));
    expect(Object.fromEntries(own)).toEqual(facts);
    expect(own).toHaveLength(Object.keys(facts).length);
  });

  it("is listed the same by bsdtar", () => {
    const lines = run("bsdtar", "-tvf", tars[which] ?? "", "--numeric-owner")
      .trimEnd()
      .split("\n");
    const listed = lines.map(line => {
      const [, mode = "", uid, gid, name = ""] =
        /^(\S+) +\S+ +(\d+) +(\d+) +(?:\d+|\d+,\d+) +\S+ +\S+ +\S+ (.*)$/.exec(line) ?? [];
      return [name.replace(/ (->|link to) .*/, ""), `${mode} ${uid}/${gid}`];
    });
    const own = listed.filter(([name]) => which !== "tree" || !implied.includes(name ?? ""));
    expect(Object.fromEntries(own)).toEqual(facts);
  });

  it.each([
    ["GNU tar", "tar", ["--exclude=dev", "--no-same-owner", "-xpf"]],
    ["bsdtar", "bsdtar", ["--exclude=dev", "--no-same-owner", "-xpf"]],
  ])("is unpacked by %s with the same bytes, links, holes and times", (_, tool, args) => {
    const into = join(folder, `${which}-${tool}`);
    mkdirSync(into);
    run(tool, ...args, tars[which] ?? "", "-C", into);
    const at = (path: string) => join(into, path);
    expect(readFileSync(at("bin/su"), "utf8")).toBe("su");
    expect(lstatSync(at("bin/su2")).ino).toBe(lstatSync(at("bin/su")).ino);
    expect(lstatSync(at(`${long}2`)).ino).toBe(lstatSync(at(long)).ino);
    expect(readFileSync(at(long), "utf8")).toBe("long");
    expect(readFileSync(at(prefixed), "utf8")).toBe("prefixed");
    expect(readFileSync(at("etc/ünï ✓"), "utf8")).toBe("utf-8");
    expect(readlinkSync(at("etc/longlink"))).toBe(`/ünï/${long}`);
    expect(lstatSync(at("etc/fifo")).isFIFO()).toBe(true);
    expect(lstatSync(at("etc/ünï ✓")).mtimeMs).toBe(-5000);
    const sparse = readFileSync(at("sparse"));
    const expected = Buffer.alloc(10_000_000);
    expected.fill("A", 65_536, 69_632);
    expected.fill("B", 5_000_000, 5_004_096);
    expect(sparse.equals(expected)).toBe(true);
    expect(lstatSync(at("sparse")).blocks * 512).toBeLessThan(100_000);
  });

  it("carries devices with their numbers", () => {
    const gnu = run("tar", "-tvf", tars[which] ?? "", "--numeric-owner", "dev/console", "dev/sda");
    expect(gnu).toMatch(/5,1 .*dev\/console/);
    expect(gnu).toMatch(/259,1000000 .*dev\/sda/);
  });

  it("carries extended attributes, also those with NUL, newline and equals sign", () => {
    const into = join(folder, `${which}-xattrs`);
    mkdirSync(into);
    run(
      "tar",
      "--xattrs",
      "--xattrs-include=*",
      "--no-same-owner",
      "-xf",
      tars[which] ?? "",
      "-C",
      into,
      "bin/su",
    );
    const read = "import os,sys;print(os.getxattr(sys.argv[1],'user.comment').hex())";
    expect(run("python3", "-c", read, join(into, "bin/su")).trim()).toBe("6100620a3d");
  });
});

describe("a layer's whiteouts", () => {
  it("are the empty files that OCI says", async () => {
    const to = createLayerBuilder({ folder: join(folder, "whiteouts"), clock: 60 });
    to.whiteout("usr/share/doc");
    to.whiteout("top");
    to.opaque("etc/x");
    const { blob } = await to.finish(new AbortController().signal);
    expect(run("tar", "-tvf", blob, "--numeric-owner", "--full-time").trimEnd().split("\n")).toEqual([
      "-rw-r--r-- 0/0               0 1970-01-01 00:01:00 usr/share/.wh.doc",
      "-rw-r--r-- 0/0               0 1970-01-01 00:01:00 .wh.top",
      "-rw-r--r-- 0/0               0 1970-01-01 00:01:00 etc/x/.wh..wh..opq",
    ]);
  });
});

describe("writeTreeTar", () => {
  it("gives the same bytes each time, in path order", async () => {
    const layer = await makeLayer("again", false);
    const [first, second] = [join(folder, "first.tar"), join(folder, "second.tar")];
    await writeTreeTar(stackLayers([layer]), createWriteStream(first));
    await writeTreeTar(stackLayers([layer]), createWriteStream(second));
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
    const names = run("tar", "-tf", first, "--quoting-style=literal").trimEnd().split("\n");
    expect(names.map(name => name.replace(/\/$/, ""))).toEqual(
      stackLayers([layer]).entries.map(each => each.path),
    );
  });

  it("makes the lowest name that is left of a linked file the one with the bytes", async () => {
    const lower = await makeLayer("links", false);
    const upper = createLayerBuilder({ folder: join(folder, "links"), clock: 0 });
    upper.whiteout("bin/su");
    const tree = stackLayers([lower, await upper.finish(new AbortController().signal)]);
    await writeTreeTar(tree, createWriteStream(join(folder, "links.tar")));
    expect(run("tar", "-xOf", join(folder, "links.tar"), "bin/su2")).toBe("su");
  });

  it("sets no time later than the clock it is given", async () => {
    const layer = await makeLayer("clamped", false);
    const tar = join(folder, "clamped.tar");
    await writeTreeTar(stackLayers([layer]), createWriteStream(tar), { clock: 100 });
    const lines = run("tar", "-tvf", tar, "--full-time", "etc/many", "bin/su", "etc/ünï ✓");
    expect(lines.match(/1970-01-01 00:01:40/g)).toHaveLength(2);
    expect(lines).toContain("1969-12-31 23:59:55");
  });

  it("stops when it is cancelled", async () => {
    const layer = await makeLayer("cancelled", false);
    const sink = createWriteStream(join(folder, "cancelled.tar"));
    const written = writeTreeTar(stackLayers([layer]), sink, { signal: AbortSignal.abort() });
    await expect(written).rejects.toThrow("abort");
  });
});
