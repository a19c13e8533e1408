import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchPackage } from "../../../src/core/debian/fetchPackage.ts";
import { findKernel } from "../../../src/core/kernel/kernelImage.ts";
import { kernelPackages } from "../../../src/core/stages/kernel/kernelPackages.ts";
import { kernel } from "../../../src/core/stages/kernel.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { openStageBench, type Ran, type StageBench, signal } from "../debian/stageBench.ts";

const run = promisify(execFile);
const meta = "linux-image-cloud-amd64";

let bench: StageBench;
let whole: Ran;
/** The package, unpacked beside the recipe. */
let unpacked: string;
let release: string;

beforeAll(async () => {
  bench = await openStageBench();
  whole = await bench.run(kernel, { package: meta });
  unpacked = join(bench.folder, "unpacked");
  const packages = await kernelPackages(bench.host, { package: meta, arch: "x86_64", signal });
  for (const each of packages) {
    await run("dpkg-deb", ["-x", await fetchPackage(bench.host, each, { arch: "x86_64", signal }), unpacked]);
  }
  release = (await readdir(join(unpacked, "lib/modules")))[0] ?? "";
});
afterAll(() => bench.close());

const modules = () => join(unpacked, "lib/modules", release);
const names = async () =>
  (await readdir(modules(), { recursive: true })).filter(name => name.endsWith(".ko"));

/** A folder like lib/modules with a few of the modules, below `name` in the recipe's folder. */
async function fewModules(name: string): Promise<string> {
  const folder = join(bench.folder, name);
  const some = (await names()).filter(each =>
    /\/virtio_net\.ko|\/net_failover\.ko|\/failover\.ko/.test(each),
  );
  for (const each of [...some, "modules.order", "modules.builtin", "modules.builtin.modinfo"]) {
    await mkdir(join(folder, each, ".."), { recursive: true });
    await copyFile(join(modules(), each), join(folder, each));
  }
  return folder;
}

describe("kernel: { package }", () => {
  it("adds image, configuration, all modules and their indexes, and nothing else", async () => {
    const folder = `lib/modules/${release}`;
    const expected = [
      `boot/config-${release}`,
      `boot/vmlinuz-${release}`,
      ...(await names()).map(name => `${folder}/${name}`),
      ...["order", "builtin", "builtin.modinfo", "builtin.bin", "builtin.alias.bin"].map(
        each => `${folder}/modules.${each}`,
      ),
      ...["dep", "dep.bin", "alias", "alias.bin", "symbols", "symbols.bin", "softdep", "devname"].map(
        each => `${folder}/modules.${each}`,
      ),
    ];
    expect([...whole.paths].sort()).toEqual(expected.sort());
    const owners = whole.layer.index.entries.map(each => `${each.uid}:${each.gid} ${each.mode.toString(8)}`);
    expect([...new Set(owners)]).toEqual(["0:0 644"]);
  });

  it("lists every module in modules.dep, with what it needs", async () => {
    const lines = (await whole.text(`lib/modules/${release}/modules.dep`)).trimEnd().split("\n");
    expect(lines.map(line => line.split(":")[0]).sort()).toEqual((await names()).sort());
    const net = lines.find(line => line.includes("/virtio_net.ko:"));
    expect(net).toMatch(/virtio_net\.ko: .*net_failover\.ko .*failover\.ko/);
  });

  it("gives the same bytes again, whatever the order in which modules are unpacked", async () => {
    expect((await bench.run(kernel, meta)).layer.digest).toBe(whole.layer.digest);
    const reversed = join(bench.folder, "reversed");
    for (const name of (await names()).sort().reverse()) {
      await mkdir(join(reversed, "lib/modules", release, name, ".."), { recursive: true });
      await copyFile(join(modules(), name), join(reversed, "lib/modules", release, name));
    }
    for (const name of ["modules.order", "modules.builtin", "modules.builtin.modinfo"]) {
      await copyFile(join(modules(), name), join(reversed, "lib/modules", release, name));
    }
    await run(bench.host.tools.require("depmod"), ["-b", reversed, release]);
    for (const name of ["modules.dep", "modules.symbols", "modules.alias"]) {
      const { stdout } = await run("cat", [join(reversed, "lib/modules", release, name)], { maxBuffer: 1e8 });
      expect(await whole.text(`lib/modules/${release}/${name}`)).toBe(stdout);
    }
  });

  it("is what findKernel() finds", () => {
    const found = findKernel(stackLayers([whole.layer]));
    expect([found?.entry.path, found?.version]).toEqual([`boot/vmlinuz-${release}`, release]);
  });

  it("leaves modules out and takes symbols and docs in when asked to", async () => {
    const ran = await bench.run(kernel, { package: meta, modules: "none", symbols: true, docs: true });
    const boot = ["System.map", "config", "vmlinuz"].map(name => `boot/${name}-${release}`);
    expect(ran.paths.filter(path => !path.startsWith("usr/share/doc/"))).toEqual(boot);
    expect(ran.paths).toContain(`usr/share/doc/linux-image-${release}/copyright`);
  });

  it("says at the package when it holds no kernel, or does not exist", async () => {
    await expect(bench.run(kernel, { package: "busybox-static" })).rejects.toMatchObject({
      code: "kernel-not-in-package",
      message: "There is no kernel image in busybox-static.",
      placedAt: ["package"],
    });
    await expect(bench.run(kernel, "linux-image-cloud-amd46")).rejects.toMatchObject({
      code: "package-unknown",
      advice: expect.stringContaining("linux-image-cloud-amd64"),
      placedAt: [],
    });
  });
});

describe("kernel: { file }", () => {
  const image = () => `unpacked/boot/vmlinuz-${release}`;

  it("reads the release from the image", async () => {
    const ran = await bench.run(kernel, { file: image() });
    expect(ran.paths).toEqual([`boot/vmlinuz-${release}`]);
    expect(ran.entry(`boot/vmlinuz-${release}`)).toMatchObject({ mode: 0o644, uid: 0, mtime: 7 });
  });

  it("takes the same modules from their folder, its parents and a tar", async () => {
    await fewModules(`root/lib/modules/${release}`);
    await cp(join(bench.folder, "root/lib/modules", release), join(bench.folder, "copy"), {
      recursive: true,
    });
    await run("tar", ["-czf", join(bench.folder, "modules.tgz"), "-C", join(bench.folder, "root"), "lib"]);
    await run("tar", ["-cf", join(bench.folder, "inside.tar"), "-C", join(bench.folder, "copy"), "."]);
    const sources = [
      "root",
      "root/lib/modules",
      `root/lib/modules/${release}`,
      "copy",
      "modules.tgz",
      "inside.tar",
    ];
    const all: Ran[] = [];
    for (const source of sources) all.push(await bench.run(kernel, { file: image(), modules: source }));
    const [first] = all;
    expect(first?.paths.filter(path => path.endsWith(".ko")).length).toBe(3);
    expect(first?.paths).toContain(`lib/modules/${release}/modules.dep.bin`);
    for (const ran of all) expect(ran.paths).toEqual(first?.paths);
    const deps = await Promise.all(all.map(ran => ran.text(`lib/modules/${release}/modules.dep`)));
    expect(new Set(deps).size).toBe(1);
  });

  it("refuses modules of another release, at `modules`", async () => {
    await fewModules("other/lib/modules/5.10.0-1-amd64");
    await run("tar", ["-cf", join(bench.folder, "other.tar"), "-C", join(bench.folder, "other"), "lib"]);
    for (const source of ["other", "other/lib/modules/5.10.0-1-amd64", "other.tar"]) {
      await expect(bench.run(kernel, { file: image(), modules: source })).rejects.toMatchObject({
        code: "modules-other-release",
        message: expect.stringMatching(/The kernel is 6\..* modules of 5\.10\.0-1-amd64\./),
        placedAt: ["modules"],
      });
    }
  });

  it("refuses a folder and a tar without modules, at `modules`", async () => {
    await mkdir(join(bench.folder, "nothing"));
    await run("tar", ["-cf", join(bench.folder, "nothing.tar"), "-C", bench.folder, "nothing"]);
    for (const source of ["nothing", "nothing.tar"]) {
      await expect(bench.run(kernel, { file: image(), modules: source })).rejects.toMatchObject({
        code: "modules-missing",
        placedAt: ["modules"],
      });
    }
  });

  it("refuses what is no kernel and says what it is, at `file`", async () => {
    await copyFile("/bin/sh", join(bench.folder, "program"));
    await writeFile(join(bench.folder, "text"), "hello\n");
    for (const [file, what] of [
      ["program", /is no kernel image: it is an ELF program/],
      ["text", /it is a text/],
      ["unpacked", /it is a folder/],
    ] as const) {
      await expect(bench.run(kernel, { file })).rejects.toMatchObject({
        code: "kernel-file-refused",
        message: expect.stringMatching(what),
        placedAt: ["file"],
      });
    }
  });

  it("refuses a kernel for another architecture", async () => {
    await expect(bench.run(kernel, { file: image() }, "aarch64")).rejects.toMatchObject({
      code: "kernel-wrong-arch",
      placedAt: ["file"],
    });
  });
});
