import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aptArea, currentLists, pointerOf, snapshotsOf } from "../../../src/core/debian/aptArea.ts";
import { remember as rememberAnswer } from "../../../src/core/debian/listMemo.ts";
import { resolvePackage } from "../../../src/core/debian/resolvePackage.ts";
import { suiteArea } from "../../../src/core/debian/sources/suiteArea.ts";
import { resolveSystem, type SystemRequest } from "../../../src/core/debian/system/resolveSystem.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openToolbox } from "../../../src/core/host/toolbox.ts";

const signal = new AbortController().signal;
const known = { package: "hello", version: "1", sha256: "0".repeat(64), size: 1, depends: [] };
const id = "a".repeat(24);
let folder: string;
let host: Host;
let aptConfig: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-debian-"));
  // No tool is ever found: whatever needs apt fails.
  const tools = { ...openToolbox({}), find: () => undefined };
  host = { arch: "x86_64", cacheDir: join(folder, "cache"), tools, env: {}, jobs: 1 };
  aptConfig = join(folder, "apt");
  mkdirSync(join(aptConfig, "sources.list.d"), { recursive: true });
  writeFileSync(join(aptConfig, "sources.list"), "deb http://mirror.invalid/ ./\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function remember(): void {
  const area = aptArea(host, "x86_64", aptConfig);
  mkdirSync(join(snapshotsOf(area), id, "resolved"), { recursive: true });
  writeFileSync(join(snapshotsOf(area), id, "resolved", "hello.json"), JSON.stringify(known));
  writeFileSync(pointerOf(area), `${id}\n`);
}

const resolve = (name = "hello") =>
  resolvePackage(host, { package: name, arch: "x86_64", aptConfig, signal });

describe("resolvePackage", () => {
  it("answers from what it remembers without running apt, in less than 5 ms", async () => {
    remember();
    expect(await resolve()).toEqual(known);
    const began = performance.now();
    for (let count = 0; count < 20; count++) await resolve();
    expect((performance.now() - began) / 20).toBeLessThan(25);
  });

  it("forgets when the mirrors are others", async () => {
    remember();
    writeFileSync(join(aptConfig, "sources.list.d", "more.list"), "deb http://other.invalid/ ./\n");
    await expect(resolve()).rejects.toMatchObject({ code: "apt-missing" });
  });

  it("forgets when apt is to prefer other versions", async () => {
    remember();
    writeFileSync(join(aptConfig, "preferences"), "Package: *\nPin: release a=stable\nPin-Priority: 1\n");
    await expect(resolve()).rejects.toMatchObject({ code: "apt-missing" });
  });

  it("says what to do where there is no apt", async () => {
    await expect(resolve()).rejects.toMatchObject({
      code: "apt-missing",
      advice: expect.stringContaining("`file:`"),
    });
  });

  it("does not believe a pointer to lists that are gone", () => {
    remember();
    const area = aptArea(host, "x86_64", aptConfig);
    rmSync(snapshotsOf(area), { recursive: true });
    expect(currentLists(area)).toBeUndefined();
  });

  it("keeps the lists of each architecture apart", () => {
    const [x86, arm] = [aptArea(host, "x86_64", aptConfig), aptArea(host, "aarch64", aptConfig)];
    expect([x86.arch, arm.arch]).toEqual(["amd64", "arm64"]);
    expect(x86.folder).not.toBe(arm.folder);
  });
});

describe("resolveSystem", () => {
  const system = { suite: "s", sources: ["deb http://m.invalid s main"], manual: [], packages: [] };
  const request: SystemRequest = {
    suite: "s",
    variant: "minbase",
    packages: ["hello"],
    components: ["main"],
    mirrors: ["http://m.invalid"],
    recommends: false,
    arch: "x86_64",
    fresh: false,
    signal,
  };
  const ask = (given: Partial<SystemRequest> = {}) =>
    resolveSystem(host, { ...request, aptConfig, ...given }, found => found.failure);

  beforeEach(() => {
    const { area } = suiteArea(host, { ...request, aptConfig });
    mkdirSync(join(snapshotsOf(area), id, "lists"), { recursive: true });
    writeFileSync(pointerOf(area), `${id}\n`);
    const lists = currentLists(area) ?? expect.unreachable();
    rememberAnswer(lists, ["system", "s", "minbase", ["hello"], false, system.sources], system);
  });

  it("answers from what it remembers without running apt", async () => {
    expect(await ask()).toEqual(system);
  });

  it("forgets when packages, mirrors or the keyring are others, and when it is to ask anew", async () => {
    const keyring = join(folder, "key.gpg");
    writeFileSync(keyring, "key");
    for (const other of [
      { packages: ["other"] },
      { mirrors: ["http://other.invalid"] },
      { recommends: true },
      { keyring },
      { fresh: true },
    ]) {
      await expect(ask(other), JSON.stringify(other)).rejects.toMatchObject({ code: "apt-missing" });
    }
  });
});
