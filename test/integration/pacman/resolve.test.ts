import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { Repository } from "../../../src/core/pacman/repository.ts";
import { type ResolveOptions, resolvePackages } from "../../../src/core/pacman/resolvePackages.ts";
import { type LocalRepository, openRepository, type TestPackage } from "./localRepository.ts";

const signal = new AbortController().signal;
const app: TestPackage = { name: "hello-world", depends: ["library>=1"], groups: ["greeters"] };
const library: TestPackage = { name: "library", version: "1:2.0-1" };

let repository: LocalRepository;
let cacheDir: string;
let host: Host;

beforeEach(async () => {
  repository = await openRepository("core");
  cacheDir = await mkdtemp(join(tmpdir(), "whittle-pacman-"));
  host = openHost({ env: { ...process.env, WHITTLE_CACHE: cacheDir } });
});
afterEach(async () => {
  await repository.close();
  await rm(cacheDir, { recursive: true, force: true });
});

const served = (...servers: string[]): Repository => ({ name: "core", servers, signatures: "never" });
const resolve = (packages: readonly string[], changes: Partial<ResolveOptions> = {}) =>
  resolvePackages(host, {
    ...{ arch: "x86_64", repositories: [served(repository.url)], packages, fresh: false, signal },
    ...changes,
  });
const namesOf = async (found: ReturnType<typeof resolve>) => (await found).map(each => each.name);

describe("resolvePackages", () => {
  it("finds all that is needed, each with its version, digest and address", async () => {
    await repository.publish([app, library, { name: "other" }]);
    const found = await resolve(["hello-world"]);
    expect(found).toEqual([
      expect.objectContaining({ name: "hello-world", version: "1.0-1", explicit: true }),
      {
        ...{ name: "library", version: "1:2.0-1", arch: "any", repository: "core" },
        file: "library-1:2.0-1-any.pkg.tar.zst",
        url: `${repository.url}/library-1:2.0-1-any.pkg.tar.zst`,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        size: expect.any(Number),
      },
    ]);
    expect(await namesOf(resolve(["greeters"]))).toEqual(["hello-world", "library"]);
  });

  it("asks nobody the second time, and asks anew when told to", async () => {
    await repository.publish([app, library]);
    const found = await resolve(["hello-world"]);
    const asked = repository.asked.length;
    await repository.publish([{ ...app, version: "2.0-1" }, library]);
    expect(await resolve(["hello-world"])).toEqual(found);
    expect(repository.asked.length).toBe(asked);
    const newer = await resolve(["hello-world"], { fresh: true });
    expect(newer[0]?.version).toBe("2.0-1");
    expect((await resolve(["hello-world"]))[0]?.version).toBe("2.0-1");
  });

  it("works offline with what it has", async () => {
    await repository.publish([app, library]);
    await resolve(["library"]);
    await repository.goDown();
    expect(await namesOf(resolve(["hello-world"]))).toEqual(["hello-world", "library"]);
  });

  it("asks once more for what its databases lack", async () => {
    await repository.publish([app, library]);
    await resolve(["hello-world"]);
    await repository.publish([app, library, { name: "late" }]);
    expect(await namesOf(resolve(["late"]))).toEqual(["late"]);
  });

  it("sees that a repository on this machine was changed", async () => {
    const local = { repositories: [served(repository.fileUrl)] };
    await repository.publish([library]);
    expect((await resolve(["library"], local))[0]?.version).toBe("1:2.0-1");
    await repository.publish([{ ...library, version: "1:2.0-2" }]);
    const found = await resolve(["library"], local);
    expect(found[0]).toMatchObject({
      version: "1:2.0-2",
      url: `${repository.fileUrl}/library-1:2.0-2-any.pkg.tar.zst`,
    });
    expect(repository.asked).toEqual([]);
  });

  it("names the nearest packages and groups for one that is not there", async () => {
    await repository.publish([app, library]);
    await expect(resolve(["library", "helo-world"])).rejects.toMatchObject({
      code: "package-unknown",
      wanted: 1,
      message: "There is no package or group helo-world in core, and none that provides it.",
      advice: "Did you mean hello-world?",
    });
    await expect(resolve(["greters"])).rejects.toMatchObject({ advice: "Did you mean greeters?" });
    await repository.goDown();
    await expect(resolve(["helo-world"])).rejects.toMatchObject({
      message: expect.stringContaining(
        "The databases may be old: The database of the repository core cannot be had.",
      ),
    });
  });

  it("says which version there is instead, and which need nobody meets", async () => {
    await repository.publish([app, library]);
    await expect(resolve(["library=3"])).rejects.toMatchObject({
      code: "package-unknown",
      message: "No repository has library in version 3.",
      advice: expect.stringContaining("There: 1:2.0-1 in core."),
    });
    expect(await namesOf(resolve(["library=1:2.0"]))).toEqual(["library"]);
    await repository.publish([
      { ...app, depends: ["absent>=4"] },
      { name: "top", depends: ["hello-world"] },
    ]);
    await expect(resolve(["top"], { fresh: true })).rejects.toMatchObject({
      code: "packages-conflict",
      message: "hello-world 1.0-1 (which top needs) needs absent>=4, which no repository has.",
    });
  });

  it("names packages that exclude each other", async () => {
    await repository.publish([library, { name: "rival", conflicts: ["library"] }]);
    await expect(resolve(["library", "rival"])).rejects.toMatchObject({
      code: "packages-conflict",
      wanted: 1,
    });
  });

  it("goes on to the next server, and names them all when none answers", async () => {
    await repository.publish([library]);
    const both = { repositories: [served("http://127.0.0.1:9/x", repository.url)] };
    expect((await resolve(["library"], both))[0]?.url).toContain(repository.url);
    const none = { repositories: [served("http://127.0.0.1:9/x", "file:///nowhere/y", `${repository.url}`)] };
    await repository.publish([]);
    await rm(join(repository.folder, "core.db"), { force: true });
    const failure = await resolve(["library"], none).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "packages-unreachable", repository: "core" });
    for (const said of ["127.0.0.1:9 refuses", "/nowhere/y/core.db does not exist", "answers 404"])
      expect(String(failure)).toContain(said);
    const left = await readdir(cacheDir, { recursive: true });
    expect(left.filter(name => /(?:^|\/)tmp\/.|\.lock/.test(name))).toEqual([]);
  });

  it("refuses plain http to another machine", async () => {
    const remote = { repositories: [served("http://mirror.example.invalid/core")] };
    await expect(resolve(["library"], remote)).rejects.toMatchObject({
      code: "packages-unreachable",
      message: expect.stringContaining("anybody on the way can change what comes over http"),
    });
  });

  it("keeps the databases it has when something else comes in their place", async () => {
    await repository.publish([library]);
    await resolve(["library"]);
    await rm(join(repository.folder, "core.db"));
    await writeFile(join(repository.folder, "core.db"), "<html>Please log in</html>");
    await expect(resolve(["library"], { fresh: true })).rejects.toMatchObject({
      code: "packages-unreachable",
      message: expect.stringContaining("The package database core is not one that can be used"),
    });
    expect(await namesOf(resolve(["library"]))).toEqual(["library"]);
  });
});
