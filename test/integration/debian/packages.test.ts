import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestOfFile } from "../../../src/core/build/digest.ts";
import { aptArea } from "../../../src/core/debian/aptArea.ts";
import { fetchPackage } from "../../../src/core/debian/fetchPackage.ts";
import type { PackageVersion } from "../../../src/core/debian/package.ts";
import { refreshPackageLists } from "../../../src/core/debian/refreshPackageLists.ts";
import { resolvePackage } from "../../../src/core/debian/resolvePackage.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { kernelPackages } from "../../../src/core/stages/kernel/kernelPackages.ts";
import { type LocalMirror, openMirror, type TestPackage } from "./localMirror.ts";

const run = promisify(execFile);
const signal = new AbortController().signal;
const hello: TestPackage = { name: "hello-world", version: "1.0", files: { "usr/bin/hello": "hi\n" } };

let mirror: LocalMirror;
let cacheDir: string;
let host: Host;

beforeEach(async () => {
  mirror = await openMirror();
  cacheDir = await mkdtemp(join(tmpdir(), "whittle-packages-"));
  host = openHost({ env: { ...process.env, WHITTLE_CACHE: cacheDir } });
});
afterEach(async () => {
  await mirror.close();
  await rm(cacheDir, { recursive: true, force: true });
});

const options = () => ({ arch: host.arch, aptConfig: mirror.config, signal });
const resolve = (name: string) => resolvePackage(host, { ...options(), package: name });
const fetch = (found: PackageVersion) => fetchPackage(host, found, options());
const askedFor = (ending: string) => mirror.asked.filter(path => path.endsWith(ending)).length;

/** What is left below the cache besides lists, packages and what is remembered. */
async function leftovers(): Promise<string[]> {
  const names = await readdir(cacheDir, { recursive: true });
  return names.filter(name => /(?:^|\/)tmp\/.|\.lock|\.mine/.test(name));
}

describe("resolvePackage", () => {
  it("finds the newest version with its digest, and asks nobody the second time", async () => {
    await mirror.publish(hello, { ...hello, version: "0.9" });
    const found = await resolve("hello-world");
    expect(found).toMatchObject({ package: "hello-world", version: "1.0" });
    const asked = mirror.asked.length;
    await mirror.goDown();
    expect(await resolve("hello-world")).toEqual(found);
    expect(mirror.asked.length).toBe(asked);
  });

  it("takes the version that is asked for, and lists those there are", async () => {
    await mirror.publish(hello, { ...hello, version: "0.9" });
    expect((await resolve("hello-world=0.9")).version).toBe("0.9");
    await expect(resolve("hello-world=2")).rejects.toMatchObject({
      code: "package-unknown",
      message: "The mirrors do not have hello-world in version 2.",
      advice: expect.stringContaining("1.0, 0.9"),
    });
  });

  it("asks the mirror once more for what the lists lack", async () => {
    await mirror.publish(hello);
    await resolve("hello-world");
    await mirror.publish(hello, { name: "late", version: "3" });
    expect((await resolve("late")).version).toBe("3");
  });

  it("names the nearest packages that can be had when there is none of that name", async () => {
    await mirror.publish(hello, { name: "mentions", version: "1", depends: "helo-world" });
    await resolve("hello-world");
    const lists = askedFor("/Release");
    await expect(resolve("helo-world")).rejects.toMatchObject({
      code: "package-unknown",
      message: expect.stringContaining("no package helo-world for"),
      advice: "Did you mean hello-world?",
    });
    expect(askedFor("/Release")).toBe(lists + 1);
  });

  it("keeps to the lists it has until newer ones are asked for", async () => {
    await mirror.publish(hello);
    await resolve("hello-world");
    await mirror.publish({ ...hello, version: "2.0" });
    expect((await resolve("hello-world")).version).toBe("1.0");
    const refresh = () => refreshPackageLists(host, signal, { aptConfig: mirror.config });
    expect(await refresh()).toBe(true);
    expect((await resolve("hello-world")).version).toBe("2.0");
    expect(await refresh()).toBe(false);
  });

  it("names the mirror that cannot be reached, and leaves nothing", async () => {
    await mirror.goDown();
    await expect(resolve("hello-world")).rejects.toMatchObject({
      code: "packages-unreachable",
      message: expect.stringContaining(`from ${mirror.url}: `),
      advice: expect.stringContaining("sources.list"),
    });
    expect(await leftovers()).toEqual([]);
  });

  it("says that its lists may be old when a package is missing and the mirror down", async () => {
    await mirror.publish(hello);
    await resolve("hello-world");
    await mirror.goDown();
    await expect(resolve("hello-wrld")).rejects.toMatchObject({
      code: "package-unknown",
      message: expect.stringContaining("The lists may be old"),
      advice: "Did you mean hello-world?",
    });
  });

  it("never hands a name to apt that apt would take for an option", async () => {
    await mirror.publish(hello);
    await expect(resolve("-oDir::Etc=/x")).rejects.toMatchObject({ code: "package-unknown" });
  });

  it("does not touch the host's own apt", async () => {
    const before = await readdir("/var/lib/apt/lists");
    await mirror.publish(hello);
    await resolve("hello-world");
    expect(await readdir("/var/lib/apt/lists")).toEqual(before);
  });

  it("keeps no more than two sets of lists", async () => {
    for (const version of ["1.0", "1.1", "1.2", "1.3"]) {
      await mirror.publish({ ...hello, version });
      await refreshPackageLists(host, signal, { aptConfig: mirror.config });
    }
    const { folder } = aptArea(host, host.arch, mirror.config);
    expect((await readdir(join(folder, "snapshots"))).length).toBe(2);
    expect((await resolve("hello-world")).version).toBe("1.3");
  });
});

describe("fetchPackage", () => {
  it("keeps the package by its digest and fetches it once", async () => {
    await mirror.publish(hello);
    const found = await resolve("hello-world");
    const path = await fetch(found);
    expect((await digestOfFile(path, signal)).sha256).toBe(found.sha256);
    await mirror.goDown();
    expect(await fetch(found)).toBe(path);
    expect(await leftovers()).toEqual([]);
  });

  it("says when the mirror no longer has the version, and has the newer lists ready", async () => {
    await mirror.publish(hello);
    const found = await resolve("hello-world");
    await mirror.publish({ ...hello, version: "1.1" });
    await expect(fetch(found)).rejects.toMatchObject({
      code: "package-outdated",
      message: "The mirrors no longer have hello-world in version 1.0.",
      advice: expect.stringContaining("build again"),
    });
    expect((await resolve("hello-world")).version).toBe("1.1");
    expect(await leftovers()).toEqual([]);
  });

  it("uses nothing that differs from what the lists say", async () => {
    await mirror.publish(hello);
    const found = await resolve("hello-world");
    mirror.spoil();
    await expect(fetch(found)).rejects.toMatchObject({
      code: "packages-unreachable",
      message: expect.stringMatching(/hello-world could not be fetched.*Hash Sum mismatch/),
    });
    expect(
      (await readdir(join(cacheDir, "downloads", "debian"))).filter(name => name.endsWith(".deb")),
    ).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  it("stops at once when told to, leaves nothing, and fetches it the next time", async () => {
    await mirror.publish({ ...hello, files: { "usr/share/noise": randomBytes(2_000_000) } });
    const found = await resolve("hello-world");
    mirror.stall();
    const stop = new AbortController();
    const seen: number[] = [];
    const onProgress = (done: number) => {
      seen.push(done);
      if (done > 100_000) stop.abort();
    };
    const began = performance.now();
    await expect(
      fetchPackage(host, found, { ...options(), signal: stop.signal, onProgress }),
    ).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - began).toBeLessThan(5000);
    expect(seen.at(-1)).toBeLessThan(found.size);
    expect(await leftovers()).toEqual([]);
    expect((await digestOfFile(await fetch(found), signal)).sha256).toBe(found.sha256);
  });

  it("tries again when the connection breaks", async () => {
    await mirror.publish({ ...hello, files: { "usr/share/noise": randomBytes(2_000_000) } });
    const found = await resolve("hello-world");
    mirror.breakOff();
    expect((await digestOfFile(await fetch(found), signal)).sha256).toBe(found.sha256);
    expect(askedFor(".deb")).toBe(2);
  });

  it("works in two processes at once, and asks the mirror once", async () => {
    await mirror.publish({ ...hello, files: { "usr/share/noise": randomBytes(2_000_000) } });
    const each = () => run(process.execPath, [fetchOnce, cacheDir, mirror.config, "hello-world"]);
    const [one, two] = await Promise.all([each(), each()]);
    expect(one.stdout).toMatch(/\/[0-9a-f]{64}\.deb\n$/);
    expect(two.stdout).toBe(one.stdout);
    expect(askedFor(".deb")).toBe(1);
    expect(askedFor("/Packages")).toBe(1);
    expect(await leftovers()).toEqual([]);
  });

  it("goes on after being killed in the middle, and no apt outlives it", async () => {
    await mirror.publish({ ...hello, files: { "usr/share/noise": randomBytes(2_000_000) } });
    mirror.stall();
    const child = spawn(process.execPath, [fetchOnce, cacheDir, mirror.config, "hello-world"]);
    await expect.poll(() => askedFor(".deb"), { timeout: 20_000 }).toBe(1);
    child.kill("SIGKILL");
    await once(child, "close");
    await expect.poll(() => processesNaming(cacheDir)).toEqual([]);
    const found = await resolve("hello-world");
    expect((await digestOfFile(await fetch(found), signal)).sha256).toBe(found.sha256);
  });

  it("works for an ordinary user", async () => {
    await mirror.publish(hello);
    await chmod(dirname(mirror.config), 0o755);
    const asRoot = process.getuid?.() === 0;
    if (asRoot) await chown(cacheDir, 65534, 65534);
    const command = [process.execPath, fetchOnce, cacheDir, mirror.config, "hello-world"];
    const drop = ["--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--"];
    const { stdout } = await run("setpriv", [...(asRoot ? drop : ["--"]), ...command]);
    expect(stdout).toMatch(/\.deb\n$/);
    expect((await readFile(stdout.trim())).subarray(0, 7).toString()).toBe("!<arch>");
  });
});

const fetchOnce = join(import.meta.dirname, "fetchOnce.ts");

/** Command lines of running programs that have `text` in them. */
async function processesNaming(text: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter(name => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return lines.filter(line => line.includes(text));
}

describe("kernelPackages", () => {
  it("follows a package that only points to the newest kernel, and a kernel in parts", async () => {
    await mirror.publish(
      { name: "linux-virtual", version: "2", depends: "linux-image-virtual (= 2), linux-headers-virtual" },
      { name: "linux-image-virtual", version: "2", depends: "linux-image-6.8-virtual, linux-firmware" },
      { name: "linux-image-6.8-virtual", version: "2", depends: "kmod, linux-modules-6.8-virtual | x" },
      { name: "linux-modules-6.8-virtual", version: "2" },
    );
    const found = await kernelPackages(host, { ...options(), package: "linux-virtual" });
    expect(found.map(each => each.package)).toEqual([
      "linux-virtual",
      "linux-image-virtual",
      "linux-image-6.8-virtual",
      "linux-modules-6.8-virtual",
    ]);
    expect(found.every(each => Object.keys(each).sort().join() === "package,sha256,size,version")).toBe(true);
  });
});
