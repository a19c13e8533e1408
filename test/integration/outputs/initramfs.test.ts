import { execFile } from "node:child_process";
import { mkdtemp, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initramfs } from "../../../src/core/outputs/initramfs.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { type Add, type Bench, failureOf, makeOutput, openBench, owned, sha256Of } from "./outputBench.ts";

const run = promisify(execFile);
let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;

async function base(add: Add): Promise<void> {
  await add({ ...file("bin/tool", 0o4755), uid: 12, gid: 345_678 }, { bytes: Buffer.from("tool\n") });
  await add(file("bin/other"), { hardLink: "bin/tool" });
  await add(file("bin/third"), { hardLink: "bin/tool" });
  await add({ type: "symlink", path: "bin/link", mode: 0o777, target: "tool", ...owned });
  await add({ type: "block", path: "dev/disk", mode: 0o660, major: 254, minor: 3, ...owned });
  await add({ type: "fifo", path: "run/pipe", mode: 0o600, ...owned });
  await add({ type: "directory", path: "tmp", mode: 0o1777, ...owned });
  await add(file("boot/vmlinuz-6.1.0-test"), { bytes: Buffer.alloc(1000, 1) });
  await add(file("name with 'quotes' \"two\"\nlines é"), { bytes: Buffer.alloc(100_001, 7) });
  await add(file("sparse"), {
    size: 300_000,
    runs: [[200_000, 4]],
    stream: (async function* () {
      yield Buffer.from("data");
    })(),
  });
}

async function top(add: Add, text = "one"): Promise<void> {
  await add(file("etc/motd"), { bytes: Buffer.from(text) });
  await add(file("init", 0o755), { bytes: Buffer.from("#!/bin/sh\n") });
}

/** The files of all members, each compressed by itself, in their order. */
async function members(tree: Tree, compress: string): Promise<string[]> {
  const paths: string[] = [];
  const context = bench.context(tree);
  const host = { ...context.host, jobs: 1 };
  const derived: typeof context.derived = async (key, make) => {
    const path = await context.derived(key, make);
    paths.push(path);
    return path;
  };
  await makeOutput(initramfs, { compress }, { ...context, host, derived });
  return paths;
}

async function listing(tree: Tree, compress: string): Promise<string[]> {
  const paths = await members(tree, compress);
  const lists = await Promise.all(
    paths.map(path => run("bsdtar", ["-tvnf", path], { env: { ...process.env, LC_ALL: "C.UTF-8" } })),
  );
  return lists.flatMap(({ stdout }) => stdout.trimEnd().split("\n")).sort();
}

describe("an initramfs", () => {
  it("holds what the tree holds and no kernel, by another program's account", async () => {
    const tree = await bench.tree(base, top);
    const lines = (await listing(tree, "none")).join("\n");
    expect(lines).toMatch(/^-rwsr-xr-x +3 12 +345678 +5 .* bin\/tool link to bin\/other$/m);
    expect(lines).toMatch(/^lrwxrwxrwx .* bin\/link -> tool$/m);
    expect(lines).toMatch(/^brw-rw---- .* 254,3 .* dev\/disk$/m);
    expect(lines).toMatch(/^crw------- .* 5,1 .* dev\/console$/m);
    expect(lines).toMatch(/^prw------- .* run\/pipe$/m);
    expect(lines).toMatch(/^drwxrwxrwt .* tmp$/m);
    expect(lines).toMatch(/ 300000 .* sparse$/m);
    expect(lines).toContain("name with 'quotes' \"two\"\\nlines é");
    expect(lines).not.toContain("vmlinuz");
    expect(lines).toMatch(/^drwxr-xr-x .* \.$/m);
    // Everything of the tree but the kernel, the folder above all, and /dev/console.
    expect(lines.split("\n")).toHaveLength(tree.entries.length - 1 + 2);
  });

  it.each(["gzip", "xz", "zstd", "none"])("says the same with %s", async compress => {
    const tree = await bench.tree(base, top);
    expect(await listing(tree, compress)).toEqual(await listing(tree, "none"));
  });

  it.each(["gzip", "xz", "zstd"])(
    "is a whole %s file, with nothing that is none behind it",
    async compress => {
      // One of these sizes is no multiple of four.
      for (const text of ["1", "12", "123", "1234"]) {
        const tree = await bench.tree(base, add => top(add, text));
        const { image } = await makeOutput(initramfs, { compress }, bench.context(tree));
        const { stderr } = await run("sh", ["-c", `${compress} -q -t < "$1"`, "sh", image.path]);
        expect(stderr).toBe("");
      }
    },
  );

  it("unpacks to the same bytes with its hard links, read as GNU cpio reads it", async () => {
    const only = (add: Add) =>
      add(file("a"), { bytes: Buffer.from("same") }).then(() => add(file("z"), { hardLink: "a" }));
    const [, member] = await members(await bench.tree(only), "none");
    const target = await mkdtemp(join(bench.folder, "unpacked-"));
    await run("sh", ["-c", 'cpio -id --quiet < "$1"', "sh", member ?? ""], { cwd: target });
    expect(await readFile(join(target, "a"), "utf8")).toBe("same");
    expect((await stat(join(target, "a"))).ino).toBe((await stat(join(target, "z"))).ino);
  });

  it.each(["gzip", "xz", "zstd", "none"])(
    "has the same bytes with one core and with four (%s)",
    async compress => {
      const sums = [];
      for (const jobs of [1, 4]) {
        const other = await openBench();
        const tree = await other.tree(base, top, add => add(file("big"), { bytes: noise(3_000_000) }));
        const context = other.context(tree);
        const { image } = await makeOutput(
          initramfs,
          { compress },
          { ...context, host: { ...context.host, jobs } },
        );
        sums.push(await sha256Of(image.path));
        await other.close();
      }
      expect(sums[0]).toBe(sums[1]);
    },
  );

  it("compresses only the layer that changed", async () => {
    const first = bench.context(await bench.tree(base, add => top(add, "before")));
    await makeOutput(initramfs, { level: 3 }, first);
    const second = bench.context(await bench.tree(base, add => top(add, "after!")));
    await makeOutput(initramfs, { level: 3 }, second);
    expect(second.made).toHaveLength(1);
  });

  it("tells the kernel what to run when there is no /init", async () => {
    const program = (add: Add) =>
      add({ type: "symlink", path: "sbin/init", mode: 0o777, target: "/bin/tool", ...owned });
    const context = bench.context(await bench.tree(base, program));
    const { files } = await makeOutput(initramfs, {}, context);
    expect(initramfs.boot?.({}, files).cmdline).toEqual(["rdinit=/sbin/init"]);
    expect(context.warnings).toEqual([]);
  });

  it("warns when there is nothing to run, and of attributes that it cannot hold", async () => {
    const xattrs = { "user.note": "aGk=" };
    const context = bench.context(await bench.tree(add => add({ ...file("etc/x"), xattrs })));
    await makeOutput(initramfs, { compress: "none" }, context);
    expect(context.warnings).toHaveLength(2);
    expect(context.warnings.join("\n")).toContain("/etc/x");
    expect(context.warnings.join("\n")).toContain("/init, /sbin/init");
  });

  it("refuses a file of 4 GiB, naming it", async () => {
    const size = 2 ** 32;
    const huge = (add: Add) => add(file("var/huge"), { size, runs: [], stream: (async function* () {})() });
    const failure = await failureOf(makeOutput(initramfs, {}, bench.context(await bench.tree(huge))));
    expect(failure.code).toBe("initramfs-file-too-large");
    expect(failure.message).toContain("/var/huge");
    expect(failure.advice).toContain("disk");
    expect(failure.range).toBeDefined();
  });

  it("says that there is no kernel only when it is to be booted", async () => {
    const { files } = await makeOutput(initramfs, {}, bench.context(await bench.tree(top)));
    expect(() => initramfs.boot?.({}, files)).toThrow("no kernel");
  });
});

/** Bytes that look random and are the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = (state >>> 16) & (at % 3 ? 0xff : 0x0f);
  }
  return bytes;
}
