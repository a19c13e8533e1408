import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestOfFile } from "../../../src/core/build/digest.ts";
import { currentLists } from "../../../src/core/debian/aptArea.ts";
import { updateLists } from "../../../src/core/debian/refreshPackageLists.ts";
import { suiteArea } from "../../../src/core/debian/sources/suiteArea.ts";
import { fetchSystem } from "../../../src/core/debian/system/fetchSystem.ts";
import { writeRepository } from "../../../src/core/debian/system/localRepository.ts";
import { resolveSystem, type SystemRequest } from "../../../src/core/debian/system/resolveSystem.ts";
import type { DebianSystem } from "../../../src/core/debian/system/systemPackage.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { type LocalMirror, openMirror, type TestPackage } from "./localMirror.ts";

const signal = new AbortController().signal;
const library: TestPackage = {
  name: "a-library",
  version: "1:2.0~x",
  files: { "usr/lib/a": "a".repeat(5000) },
};
const hello: TestPackage = {
  name: "hello-world",
  version: "1.0",
  depends: "a-library",
  files: { "usr/bin/hi": "hi" },
};

let mirror: LocalMirror;
let cacheDir: string;
let host: Host;

beforeEach(async () => {
  mirror = await openMirror({ signed: true });
  cacheDir = await mkdtemp(join(tmpdir(), "whittle-system-"));
  host = openHost({ env: { ...process.env, WHITTLE_CACHE: cacheDir } });
});
afterEach(async () => {
  await mirror.close();
  await rm(cacheDir, { recursive: true, force: true });
});

function request(given: Partial<SystemRequest> = {}): SystemRequest {
  return {
    suite: "test",
    variant: "extract",
    packages: ["hello-world"],
    components: ["main"],
    mirrors: [`deb ${mirror.url}/ ./`],
    keyring: mirror.keyring,
    recommends: false,
    arch: host.arch,
    fresh: false,
    signal,
    ...given,
  };
}

const resolve = (given?: Partial<SystemRequest>) =>
  resolveSystem(host, request(given), ({ wanted, failure }) =>
    Object.assign(failure, { wanted, text: failure.message }),
  );

function fetch(system: DebianSystem, seen: number[] = []): Promise<string[]> {
  const { area } = suiteArea(host, request());
  return fetchSystem(host, {
    area,
    packages: system.packages,
    signal,
    log: () => undefined,
    onProgress: done => seen.push(done),
    async renew() {
      const before = currentLists(area);
      return (await updateLists(host, area, before, signal)).id !== before?.id;
    },
  });
}

const versions = ({ packages }: DebianSystem) => packages.map(each => `${each.package} ${each.version}`);

async function leftovers(): Promise<string[]> {
  const names = await readdir(cacheDir, { recursive: true });
  return names.filter(name => /(?:^|\/)tmp\/.|\.lock|\.mine/.test(name));
}

describe("resolveSystem", () => {
  it("chooses what is asked for with what it needs, each with digest and address", async () => {
    await mirror.publish(hello, library);
    const system = await resolve();
    expect(versions(system)).toEqual(["a-library 1:2.0~x", "hello-world 1.0"]);
    expect(system.sources).toEqual([`deb ${mirror.url}/ ./`]);
    expect(system.packages[1]).toMatchObject({
      architecture: "all",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      url: expect.stringContaining(`${mirror.url}/./pool/hello-world_1.0_all.deb`),
    });
    expect(await leftovers()).toEqual([]);
  });

  it("remembers the answer until the mirrors are asked anew", async () => {
    await mirror.publish(hello, library);
    await resolve();
    await mirror.publish({ ...hello, version: "1.1" }, library);
    const asked = mirror.asked.length;
    expect(versions(await resolve())).toContain("hello-world 1.0");
    expect(mirror.asked.length).toBe(asked);
    expect(versions(await resolve({ fresh: true }))).toContain("hello-world 1.1");
    expect(versions(await resolve())).toContain("hello-world 1.1");
  });

  it("asks the mirror once more for what the lists lack, then names the nearest", async () => {
    await mirror.publish(hello, library);
    await resolve();
    await mirror.publish(hello, library, { name: "late", version: "3" });
    expect(versions(await resolve({ packages: ["late"] }))).toEqual(["late 3"]);
    await expect(resolve({ packages: ["hello-world", "helo-world"] })).rejects.toMatchObject({
      code: "package-unknown",
      wanted: "helo-world",
      advice: "Did you mean hello-world?",
    });
    await expect(resolve({ packages: ["hello-world=9"] })).rejects.toMatchObject({
      code: "package-unknown",
      wanted: "hello-world=9",
      advice: expect.stringContaining("There: 1.0"),
    });
    expect(await leftovers()).toEqual([]);
  });

  it("says what keeps packages from fitting together", async () => {
    await mirror.publish({ ...hello, depends: "a-library (>= 2:3)" }, library);
    await expect(resolve()).rejects.toMatchObject({
      code: "packages-conflict",
      message: expect.stringContaining("hello-world : Depends: a-library (>= 2:3)"),
    });
  });

  it("trusts no lists that another key signed, and none without a signature", async () => {
    await mirror.publish(hello, library);
    const other = await openMirror({ signed: true });
    try {
      await expect(resolve({ keyring: other.keyring })).rejects.toMatchObject({
        code: "packages-untrusted",
        message: expect.stringContaining(mirror.url),
      });
    } finally {
      await other.close();
    }
    const unsigned = await openMirror();
    try {
      await unsigned.publish(hello, library);
      const mirrors = [`deb ${unsigned.url}/ ./`];
      await expect(resolve({ mirrors })).rejects.toMatchObject({ code: "packages-untrusted" });
    } finally {
      await unsigned.close();
    }
    expect(await leftovers()).toEqual([]);
  });

  it("takes no lists where one of the mirrors is down", async () => {
    await mirror.publish(hello, library);
    const down = await openMirror();
    await down.close();
    const mirrors = [`deb ${mirror.url}/ ./`, `deb [trusted=yes] ${down.url}/ ./`];
    await expect(resolve({ mirrors })).rejects.toMatchObject({
      code: "packages-unreachable",
      message: expect.stringContaining(down.url),
      advice: expect.stringContaining("`mirrors`"),
    });
    expect(await leftovers()).toEqual([]);
  });
});

describe("fetchSystem", () => {
  it("fetches all in one go, tells the bytes of all, and asks nobody the second time", async () => {
    await mirror.publish(hello, library);
    const system = await resolve();
    const seen: number[] = [];
    const paths = await fetch(system, seen);
    const total = system.packages.reduce((sum, each) => sum + each.size, 0);
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(total);
    await mirror.goDown();
    expect(await fetch(system)).toEqual(paths);
    expect(await leftovers()).toEqual([]);
  });

  it("says which package the mirrors dropped, and has the newer lists ready", async () => {
    await mirror.publish(hello, library);
    const system = await resolve();
    await mirror.publish({ ...hello, version: "1.1" }, library);
    await expect(fetch(system)).rejects.toMatchObject({
      code: "package-outdated",
      message: "The mirrors no longer have hello-world in version 1.0.",
      advice: expect.stringContaining("build again"),
    });
    expect(versions(await resolve())).toContain("hello-world 1.1");
    expect(await leftovers()).toEqual([]);
  });

  it("names the package that the lists have but the mirror does not", async () => {
    await mirror.publish(hello, library);
    const system = await resolve();
    mirror.lose("a-library");
    await expect(fetch(system)).rejects.toMatchObject({
      code: "packages-unreachable",
      message: expect.stringMatching(/The package a-library could not be fetched.*404/),
    });
    expect(await leftovers()).toEqual([]);
  });

  it("uses nothing that differs from what the lists say", async () => {
    await mirror.publish(hello, library);
    const system = await resolve();
    mirror.spoil();
    await expect(fetch(system)).rejects.toMatchObject({ code: "packages-unreachable" });
    const kept = await readdir(join(cacheDir, "downloads", "debian"));
    expect(kept.filter(name => name.endsWith(".deb"))).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  it("fetches what others fetch at the same time only once", async () => {
    await mirror.publish(hello, library);
    const system = await resolve();
    const all = await Promise.all([fetch(system), fetch(system), fetch(system)]);
    expect(all[1]).toEqual(all[0]);
    expect(mirror.asked.filter(path => path.endsWith(".deb")).length).toBe(2);
  });
});

it("makes a repository that has these packages as dpkg knows them", async () => {
  await mirror.publish(hello, library);
  const system = await resolve();
  const folder = await mkdtemp(join(cacheDir, "repository-"));
  await writeRepository(host, system.packages, await fetch(system), folder, signal);
  expect((await readdir(folder)).sort()).toEqual([
    "Packages",
    "Release",
    "a-library_1%3a2.0~x_all.deb",
    "hello-world_1.0_all.deb",
  ]);
  const stanzas = (await readFile(join(folder, "Packages"), "utf8")).split("\n\n");
  expect(stanzas.length).toBe(2);
  expect(stanzas[1]).toMatch(/^Package: hello-world\n(?:.+\n)*Depends: a-library\n/);
  const path = join(folder, "hello-world_1.0_all.deb");
  expect(stanzas[1]).toContain(`SHA256: ${(await digestOfFile(path, signal)).sha256}\n`);
  const { stdout } = await promisify(execFile)("dpkg-deb", ["--contents", path]);
  expect(stdout).toContain("./usr/bin/hi");
});

it("takes packages from a folder on this machine", async () => {
  await mirror.publish(hello, library);
  const system = await resolve();
  const folder = await mkdtemp(join(cacheDir, "folder-"));
  await writeRepository(host, system.packages, await fetch(system), folder, signal);
  const mirrors = [`deb [trusted=yes] file://${folder} ./`];
  const again = await resolve({ mirrors, keyring: undefined });
  expect(versions(again)).toEqual(versions(system));
  await rm(join(cacheDir, "downloads"), { recursive: true });
  await writeFile(join(folder, "other"), "");
  const paths = await fetch(again);
  expect(await readFile(paths[0] ?? "")).toEqual(await readFile(join(folder, "a-library_1%3a2.0~x_all.deb")));
});
