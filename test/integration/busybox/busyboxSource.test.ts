import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readElf } from "../../../src/core/stages/busybox/elf.ts";
import { fetchSourcePackage } from "../../../src/core/stages/busybox/source/fetchSourcePackage.ts";
import { resolveSourcePackage } from "../../../src/core/stages/busybox/source/sourcePackage.ts";
import { busybox } from "../../../src/core/stages/busybox.ts";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { openSourceBench, type SourceBench, type SourceRun } from "../kernel/sourceBench.ts";

const run = promisify(execFile);

let bench: SourceBench;
let built: SourceRun;
/** The built program, on this host. */
let program: string;

const small = {
  source: { package: "busybox" },
  config: "allnoconfig",
  fragments: [
    "CONFIG_ASH=y\nCONFIG_LS=y\nCONFIG_CAT=y",
    { CONFIG_INIT: "y", CONFIG_BUSYBOX: "y", CONFIG_SHOW_USAGE: "y" },
  ],
};

beforeAll(async () => {
  bench = await openSourceBench();
  built = await bench.run(busybox, small);
  const entry = stackLayers([built.layer]).get("bin/busybox");
  if (entry?.type !== "file") throw new Error("There is no busybox.");
  program = join(bench.folder, "busybox");
  await writeFile(program, await readTreeFile(entry));
  await chmod(program, 0o755);
});
afterAll(() => bench.close());

const paths = ({ layer }: SourceRun) => layer.index.entries.map(each => each.path);

describe("busybox: { source }", () => {
  it("has exactly what was asked for, static, with a link for each applet", async () => {
    expect(readElf(readFileSync(program))).toMatchObject({ interpreter: undefined, libraries: [] });
    expect(paths(built)).toEqual(["bin/ash", "bin/busybox", "bin/cat", "bin/ls", "bin/sh", "sbin/init"]);
    const { stdout } = await run(program, ["ash", "-c", `echo here; "${program}" cat /proc/self/comm`]);
    expect(stdout).toBe("here\nbusybox\n");
  });

  it("is the distribution's version with its patches", () => {
    expect(built.log.some(line => /^\d+ patches of the distribution$/.test(line))).toBe(true);
    const [version] = busybox.packages?.(small as never, built.resolved) ?? [];
    expect(version).toEqual({ name: "busybox", version: expect.stringMatching(/^1:1\.\d+/), type: "source" });
  });

  it("tells how far it is, with a total that make reckons", () => {
    const items = built.progress.filter(([, total]) => total !== undefined);
    const [done, total] = items.at(-1) ?? [];
    expect(items.length).toBeGreaterThan(50);
    expect(done).toBeGreaterThan((total ?? 0) * 0.8);
    expect(items.every(([each, of]) => each <= (of ?? 0))).toBe(true);
  });

  it("gives the same bytes again, from a folder as from the package", async () => {
    const { signal, log } = bench.context();
    const request = { arch: "x86_64", signal, log } as const;
    const found = await resolveSourcePackage(bench.host, { package: "busybox", ...request });
    const files = await fetchSourcePackage(bench.host, found, request);
    const folder = join(bench.folder, "unpacked");
    await mkdir(folder);
    for (const [name, path] of files) {
      if (!/\.tar\./.test(name)) continue;
      await run("tar", [
        "-xf",
        path,
        "-C",
        folder,
        ...(name.includes(".orig.") ? ["--strip-components=1"] : []),
      ]);
    }
    const series = readFileSync(join(folder, "debian/patches/series"), "utf8").match(/^[^#\s]\S*/gm) ?? [];
    for (const name of series) {
      await run("patch", ["-p1", "-s", "-d", folder, "-i", join(folder, "debian/patches", name)]);
    }
    const again = await bench.run(busybox, { ...small, source: "unpacked" });
    expect(again.layer.digest).toBe(built.layer.digest);
  });

  it("fails with every option that did not end up as asked, at the fragment", async () => {
    const fragments = [...small.fragments, "CONFIG_FEATURE_LS_COLOR_IS_DEFAULT=y\nCONFIG_SHOW_USAGES=y"];
    await expect(bench.run(busybox, { ...small, fragments })).rejects.toMatchObject({
      code: "config-option-lost",
      message: expect.stringMatching(
        /LS_COLOR_IS_DEFAULT: asked to be y, became n, because it depends on `FEATURE_LS_COLOR`, and FEATURE_LS_COLOR is n \(coreutils\/Config\.in:\d+\)\.\n.*CONFIG_SHOW_USAGES: BusyBox 1\.\d+\.\d+ has no such option\. Did you mean CONFIG_SHOW_USAGE\?/,
      ),
      placedAt: ["fragments", 2],
    });
  });

  it("takes a configuration file, and blames it for what the source does not have", async () => {
    await writeFile(
      join(bench.folder, "old.config"),
      "CONFIG_LS=y\nCONFIG_LONG_GONE=y\n# CONFIG_GONE_TOO is not set\n",
    );
    const given = { source: { package: "busybox" }, config: "old.config" };
    await expect(bench.run(busybox, given)).rejects.toMatchObject({
      code: "config-option-unknown",
      message: expect.stringMatching(/^CONFIG_LONG_GONE \(.*old\.config:2\): BusyBox/),
      placedAt: ["config"],
    });
  });

  it("refuses a program that is not static, and shows what the compiler says", async () => {
    const fragments = [...small.fragments, { CONFIG_STATIC: "n" }];
    await expect(bench.run(busybox, { ...small, fragments })).rejects.toMatchObject({
      code: "busybox-refused",
      message: expect.stringContaining("is not static"),
      placedAt: ["source"],
    });
    const broken = join(bench.folder, "broken");
    await run("cp", ["-a", join(bench.folder, "unpacked"), broken]);
    await rm(join(broken, "coreutils/ls.c"));
    const text = readFileSync(join(bench.folder, "unpacked/coreutils/ls.c"), "utf8");
    await writeFile(join(broken, "coreutils/ls.c"), `${text}\nint gone = missing;\n`);
    await expect(bench.run(busybox, { ...small, source: "broken" })).rejects.toMatchObject({
      code: "source-build-failed",
      message: expect.stringMatching(
        /^BusyBox 1\.\S+ could not be compiled:\ncoreutils\/ls\.c:\d+:\d+: error: .missing./,
      ),
      placedAt: ["source"],
    });
  });

  it("names a source package that does not exist, at its place", async () => {
    await expect(bench.run(busybox, { source: { package: "busyboxx" } })).rejects.toMatchObject({
      code: "package-unknown",
      placedAt: ["source", "package"],
    });
  });
});
