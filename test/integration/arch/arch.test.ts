import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalRepository, openRepository } from "../pacman/localRepository.ts";
import { type ArchBench, openArchBench } from "./archBench.ts";
import { app, busyboxPackage } from "./packages.ts";

let repository: LocalRepository;
let bench: ArchBench;

beforeEach(async () => {
  repository = await openRepository("test");
  bench = await openArchBench();
});
afterEach(async () => {
  await bench.close();
  await repository.close();
});

const from = (server: string, more: object = {}) => ({
  packages: ["app"],
  repositories: [{ name: "test", servers: [server], ...more }],
});

describe("arch", () => {
  it("installs packages with what they need, their scripts and their hooks", async () => {
    await repository.publish([app, await busyboxPackage()]);
    const made = await bench.install(from(repository.fileUrl));
    expect(made.log.join("\n")).toContain("installing app 1:2.0-3");
    expect(await made.text("usr/share/app/scriptlet")).toBe("ran for 1:2.0-3\n");
    expect(made.entry("usr/share/app/scriptlet")).toMatchObject({ uid: 12, gid: 34 });
    expect(await made.text("usr/share/app/hook")).toBe("usr/share/app/\nusr/share/app/data\n");
    expect(await made.text("usr/share/app/host")).toBe("no host\n");
    expect(made.entry("usr/bin/busybox")).toMatchObject({ uid: 0, gid: 0, mode: 0o755 });
    expect(made.entry("usr/bin/sh")).toMatchObject({ type: "symlink", target: "busybox" });
    expect(made.warnings).toEqual([]);
    const record = await made.text("var/lib/pacman/local/app-1:2.0-3/desc");
    expect(record).toContain("%INSTALLDATE%\n7\n");
    expect(record).toContain("%VALIDATION%\nsha256\n");
    expect(record).not.toContain("%REASON%");
    expect(await made.text("var/lib/pacman/local/busybox-1.0-1/desc")).toContain("%REASON%\n1\n");
    expect(await made.text("etc/machine-id")).toBe("");
    expect(made.entry("proc")).toMatchObject({ type: "directory", mode: 0o555 });
    expect(
      made.paths.filter(path => /^(dev|proc|sys)\/|^whittle|lib\/pacman\/sync|pacman\.log/.test(path)),
    ).toEqual([]);
  });

  it("gives the same bytes again, fetched or found", async () => {
    await repository.publish([app, await busyboxPackage()]);
    const first = await bench.install(from(repository.fileUrl));
    await new Promise(done => setTimeout(done, 1100));
    const again = await bench.install(from(repository.fileUrl));
    expect(again.layer.digest).toBe(first.layer.digest);
    await bench.emptyCache();
    const remote = await bench.install(from(repository.url, { siglevel: "never" }));
    expect(remote.layer.digest).toBe(first.layer.digest);
  });

  it("fetches each package once, for all recipes", async () => {
    await repository.publish([app, await busyboxPackage(), { name: "other", depends: ["sh"] }]);
    await bench.install(from(repository.url, { siglevel: "never" }));
    await bench.install({ ...from(repository.url, { siglevel: "never" }), packages: ["other"] });
    const asked = repository.asked.filter(path => path.includes("busybox"));
    expect(asked).toEqual(["/busybox-1.0-1-any.pkg.tar.zst"]);
  });

  it("builds what a lock file says, without its server, and says when that is gone", async () => {
    await repository.publish([app, await busyboxPackage()]);
    const parameters = from(repository.url, { siglevel: "never" });
    const facts = await bench.resolve(parameters);
    const first = await bench.install(parameters, facts);
    await repository.publish([{ ...app, version: "1:3.0-1" }, await busyboxPackage()]);
    expect((await bench.install(parameters, facts)).layer.digest).toBe(first.layer.digest);
    await bench.emptyCache();
    await expect(bench.install(parameters, facts)).rejects.toMatchObject({
      code: "package-outdated",
      message: expect.stringContaining("No server has app 1:2.0-3 of test any more."),
      advice: expect.stringContaining("Newer databases are here now: build again."),
    });
    expect(await bench.resolve(parameters)).toMatchObject([{ version: "1:3.0-1" }, {}]);
  });

  it("takes no path out of a lock file that somebody changed", async () => {
    const odd = {
      name: "app",
      version: "1",
      arch: "any",
      repository: "test",
      url: repository.fileUrl,
      size: 1,
    };
    for (const each of [
      { file: "../../x", sha256: "0".repeat(64) },
      { file: "x", sha256: "../x" },
    ]) {
      const facts = [{ ...odd, ...each }];
      await expect(bench.install(from(repository.fileUrl), facts)).rejects.toMatchObject({
        code: "package-list-damaged",
      });
    }
  });

  it("throws away what is not what the database says", async () => {
    await repository.publish([app, await busyboxPackage()]);
    const parameters = from(repository.url, { siglevel: "never" });
    const facts = await bench.resolve(parameters);
    await appendFile(join(repository.folder, "app-1:2.0-3-any.pkg.tar.zst"), "more");
    await expect(bench.install(parameters, facts)).rejects.toMatchObject({ code: "package-damaged" });
    const local = from(repository.fileUrl);
    await expect(bench.install(local)).rejects.toMatchObject({ code: "package-damaged" });
  });

  it("places what is missing on the element that asks for it", async () => {
    await repository.publish([app, await busyboxPackage()]);
    await expect(
      bench.resolve({ ...from(repository.fileUrl), packages: ["app", "busibox"] }),
    ).rejects.toMatchObject({
      ...{ code: "package-unknown", placedAt: ["packages", 1], advice: "Did you mean busybox?" },
    });
    await expect(bench.resolve(from("missing/$arch"))).rejects.toMatchObject({
      code: "packages-unreachable",
      placedAt: ["repositories", 0, "servers"],
      message: expect.stringContaining(`${bench.folder}/missing/x86_64/test.db does not exist`),
    });
    await expect(bench.resolve({ mirrors: ["file:///nowhere/$repo"] })).rejects.toMatchObject({
      ...{ code: "packages-unreachable", placedAt: ["mirrors"] },
    });
  });

  it("warns of a script that fails, and fails when pacman does", async () => {
    const broken = {
      name: "broken",
      depends: ["sh"],
      install: "post_install() {\n  echo oh no\n  false\n}\n",
    };
    const clash = { name: "clash", files: { "usr/share/app/data": "mine\n" } };
    await repository.publish([app, broken, clash, await busyboxPackage()]);
    const made = await bench.install({ ...from(repository.fileUrl), packages: ["broken"] });
    expect(made.log).toContain("oh no");
    expect(made.warnings).toEqual([
      "In the new system the install script of broken failed; the log has what it said.",
    ]);
    await expect(
      bench.install({ ...from(repository.fileUrl), packages: ["app", "clash"] }),
    ).rejects.toMatchObject({
      code: "pacman-failed",
      message: expect.stringContaining("/usr/share/app/data exists in both 'app' and 'clash'"),
    });
  });

  it("stops at once when it is cancelled, and leaves nothing", async () => {
    const slow = {
      name: "slow",
      depends: ["sh"],
      install: "post_install() {\n  echo waiting\n  busybox sleep 3600\n}\n",
    };
    await repository.publish([slow, await busyboxPackage()]);
    const parameters = { ...from(repository.fileUrl), packages: ["slow"] };
    const stop = new AbortController();
    const work = bench.install(
      parameters,
      undefined,
      stop.signal,
      line => line === "waiting" && stop.abort(),
    );
    await expect(work).rejects.toMatchObject({ name: "AbortError" });
    const left = await readdir(bench.folder, { recursive: true });
    expect(left.filter(name => /^scratch-|\/tmp\/.|\.lock$|^layers\/./.test(name))).toEqual([]);
  });
});
