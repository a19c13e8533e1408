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
    console.log(made.paths.join("\n"), await made.text("var/lib/pacman/local/app-1:2.0-3/desc"));
  });
});
