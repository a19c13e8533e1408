import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../../src/core/build/digest.ts";
import { type LocalRepository, openRepository } from "../pacman/localRepository.ts";
import { type ArchBench, openArchBench } from "./archBench.ts";
import { app, busyboxPackage } from "./packages.ts";

const run = promisify(execFile);
let repository: LocalRepository;
let bench: ArchBench;

beforeEach(async () => {
  repository = await openRepository("test");
  bench = await openArchBench();
  await repository.publish([app, await busyboxPackage()]);
});
afterEach(async () => {
  await bench.close();
  await repository.close();
});

const parameters = (bootstrap?: object) => ({
  packages: ["app"],
  repositories: [{ name: "test", servers: [repository.fileUrl] }],
  ...(bootstrap ? { bootstrap } : {}),
});

/** This system's pacman and its libraries, laid out as Arch's tarball has them. */
async function makeBootstrap(): Promise<string> {
  const folder = await mkdtemp(join(bench.folder, "bootstrap-"));
  const root = join(folder, "root.x86_64");
  const pacman = bench.host.tools.require("pacman");
  const { stdout } = await run("ldd", [pacman]);
  const libraries = [...stdout.matchAll(/(\/\S+\.so\S*) \(/g)].map(match => match[1] ?? "");
  for (const path of ["usr/bin", "usr/lib", "lib64", "etc"])
    await mkdir(join(root, path), { recursive: true });
  await copyFile(pacman, join(root, "usr/bin/pacman"));
  for (const path of libraries)
    await copyFile(path, join(root, path.startsWith("/lib64/") ? "lib64" : "usr/lib", basename(path)));
  const tarball = join(bench.folder, "bootstrap.tar.zst");
  await run("bsdtar", ["--zstd", "-cf", tarball, "-C", folder, "root.x86_64"]);
  return tarball;
}

describe("a bootstrap tarball", () => {
  it("gives the pacman that this system lacks, with the same result", async () => {
    const plain = await bench.install(parameters());
    const tarball = await makeBootstrap();
    const { tools } = bench.host;
    const without = {
      ...tools,
      find: (name: Parameters<typeof tools.find>[0]) => (name === "pacman" ? undefined : tools.find(name)),
    };
    const poor = await openArchBench({}, without);
    try {
      await expect(poor.install(parameters())).rejects.toMatchObject({
        code: "pacman-missing",
        advice: expect.stringContaining("apt-get install pacman-package-manager"),
      });
      const digest = sha256(await readFile(tarball));
      const made = await poor.install(parameters({ source: tarball, sha256: digest }));
      expect(made.layer.digest).toBe(plain.layer.digest);
      expect(await made.text("usr/share/app/hook")).toContain("usr/share/app/data");
    } finally {
      await poor.close();
    }
  });

  it("is used only when it is the one that was meant", async () => {
    const tarball = await makeBootstrap();
    await expect(
      bench.install(parameters({ source: tarball, sha256: "0".repeat(64) })),
    ).rejects.toMatchObject({
      ...{ code: "sha256-wrong", placedAt: ["bootstrap"] },
    });
    await copyFile(tarball, join(repository.folder, "bootstrap.tar.zst"));
    const url = `${repository.url}/bootstrap.tar.zst`;
    await expect(bench.install(parameters({ source: url }))).rejects.toMatchObject({
      code: "sha256-missing",
    });
    const wrong = join(bench.folder, "wrong.tar");
    await run("bsdtar", ["-cf", wrong, "-C", repository.folder, "test.db"]);
    await expect(bench.install(parameters({ source: wrong }))).rejects.toMatchObject({
      code: "bootstrap-unusable",
    });
  });
});
