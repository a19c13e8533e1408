import { execFile } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchPackage } from "../../../src/core/debian/fetchPackage.ts";
import { resolvePackage } from "../../../src/core/debian/resolvePackage.ts";
import { busybox } from "../../../src/core/stages/busybox.ts";
import { openStageBench, type Ran, type StageBench, signal } from "../debian/stageBench.ts";

const run = promisify(execFile);

let bench: StageBench;
let whole: Ran;
/** Where that very program would install its applets. */
let installed: string[];

beforeAll(async () => {
  bench = await openStageBench();
  await unpack("busybox-static");
  whole = await bench.run(busybox, {});
  const { stdout } = await run(join(bench.folder, "busybox-static/bin/busybox"), ["--list-full"]);
  installed = stdout.trim().split("\n");
});
afterAll(() => bench.close());

async function unpack(name: string): Promise<void> {
  const found = await resolvePackage(bench.host, { package: name, arch: "x86_64", signal });
  const deb = await fetchPackage(bench.host, found, { arch: "x86_64", signal });
  await mkdir(join(bench.folder, name));
  await run("dpkg-deb", ["-x", deb, join(bench.folder, name)]);
}

describe("busybox", () => {
  it("links every applet where BusyBox itself would, but for /linuxrc", () => {
    const expected = installed.filter(path => path !== "linuxrc").sort();
    expect([...whole.paths].sort()).toEqual(expected);
    expect(expected).toContain("sbin/init");
    expect(whole.entry("bin/busybox")).toMatchObject({ type: "file", mode: 0o755, uid: 0, gid: 0 });
    const links = whole.layer.index.entries.filter(each => each.path !== "bin/busybox");
    expect(links.every(each => each.type === "symlink" && each.target === "/bin/busybox")).toBe(true);
  });

  it("gives the same bytes again", async () => {
    expect((await bench.run(busybox, { applets: "all" })).layer.digest).toBe(whole.layer.digest);
  });

  it("knows the applets of a program that cannot run here", async () => {
    const ran = await bench.run(busybox, {}, "aarch64");
    expect(ran.paths).toEqual(whole.paths);
    expect(await ran.text("bin/busybox")).not.toBe(await whole.text("bin/busybox"));
  });

  it("makes hard links that share the one content", async () => {
    const ran = await bench.run(busybox, { applets: ["ls", "wget"], links: "hard" });
    expect(ran.paths).toEqual(["bin/busybox", "bin/ls", "sbin/init", "usr/bin/wget"]);
    expect(ran.entry("usr/bin/wget")).toMatchObject({ type: "file", hardLink: "bin/busybox", mode: 0o755 });
    expect(ran.layer.bytes).toBeLessThan(whole.layer.bytes);
  });

  it.each([
    [{ applets: "none" }, ["bin/busybox", "sbin/init"]],
    [{ applets: "none", init: false }, ["bin/busybox"]],
    [{ applets: ["sh", "busybox"] }, ["bin/busybox", "bin/sh", "sbin/init"]],
    [{ applets: ["sh", "init"], init: false }, ["bin/busybox", "bin/sh"]],
  ])("with %j has just %j", async (parameters, paths) => {
    expect((await bench.run(busybox, parameters)).paths).toEqual(paths);
  });

  it("leaves init alone when told to", async () => {
    const { paths } = await bench.run(busybox, { init: false });
    expect(paths).toEqual(whole.paths.filter(path => path !== "sbin/init"));
  });

  it("names the nearest applet for an unknown one, at its place", async () => {
    await expect(bench.run(busybox, { applets: ["sh", "wgett"] })).rejects.toMatchObject({
      code: "applet-unknown",
      advice: "Did you mean `wget`?",
      placedAt: ["applets", 1],
    });
  });

  it("takes a file of one's own", async () => {
    const ran = await bench.run(busybox, { file: "busybox-static/bin/busybox" });
    expect(ran.paths).toEqual(whole.paths);
    expect(ran.entry("bin/busybox")).toMatchObject({ mtime: 7, mode: 0o755 });
  });

  it("refuses a program that is not static, with what it would load", async () => {
    await unpack("busybox");
    const refusal = {
      code: "busybox-refused",
      message: expect.stringMatching(/is not static: it also needs \/lib64\/ld-linux.*, .*libc\.so\.6/),
      advice: expect.stringContaining("busybox-static"),
    };
    await expect(bench.run(busybox, { file: "busybox/bin/busybox" })).rejects.toMatchObject({
      ...refusal,
      placedAt: ["file"],
    });
    await expect(bench.run(busybox, { package: "busybox" })).rejects.toMatchObject({
      ...refusal,
      placedAt: ["package"],
    });
  });

  it("refuses files that are no BusyBox, and packages without one", async () => {
    await writeFile(join(bench.folder, "script"), "#!/bin/sh\n");
    await copyFile("/sbin/ldconfig", join(bench.folder, "static"));
    await expect(bench.run(busybox, { file: "script" })).rejects.toThrow(/is no ELF program/);
    await expect(bench.run(busybox, { file: "static" })).rejects.toThrow(/is a program, but not BusyBox/);
    await expect(bench.run(busybox, { file: "busybox-static" })).rejects.toThrow(/is no regular file/);
    await expect(bench.run(busybox, { package: "linux-image-cloud-amd64" })).rejects.toThrow(
      /holds no bin\/busybox/,
    );
    const foreign = bench.run(busybox, { file: "busybox-static/bin/busybox" }, "aarch64");
    await expect(foreign).rejects.toThrow(
      /is a program for x86_64, but the recipe makes an image for aarch64/,
    );
  });
});
