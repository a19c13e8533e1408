import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { osrelease } from "../../../src/core/stages/osrelease.ts";
import { runSettings } from "../../unit/settings/settingsRun.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-git-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: string[]): string {
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
  return execFileSync("git", ["-C", folder, ...who, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

const t = (name: string) => `$${`{${name}}`}`;
const run = (template: string) =>
  runSettings(osrelease, { image_version: template, image_id: null }, [], { baseDir: folder });

describe("the commit of the recipe's folder", () => {
  it("is refused without git, without a commit, and then told, as a part of the key", async () => {
    await expect(run(t("git.hash"))).rejects.toMatchObject({
      code: "osrelease-git",
      placedAt: ["image_version"],
      message: expect.stringContaining("no git repository"),
    });
    git("init", "-q");
    await expect(run(t("git.hash"))).rejects.toMatchObject({ message: expect.stringContaining("no commit") });
    writeFileSync(join(folder, "a"), "1");
    git("add", "a");
    git("commit", "-q", "-m", "one");
    const hash = git("rev-parse", "HEAD").slice(0, 12);
    const first = await run(`1.0+${t("git.hash")}`);
    expect(await first.text("etc/os-release")).toBe(`IMAGE_VERSION="1.0+${hash}"\n`);
    expect(first.resolved).toEqual({ "git.hash": hash });
    git("tag", "v2");
    expect(await (await run(t("git.describe"))).text("etc/os-release")).toBe("IMAGE_VERSION=v2\n");
    writeFileSync(join(folder, "a"), "2");
    expect((await run(t("git.describe"))).resolved).toEqual({ "git.describe": "v2-dirty" });
  });

  it("runs nothing that the repository names", async () => {
    const proof = join(folder, "proof");
    writeFileSync(join(folder, "evil.sh"), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    git("config", "core.fsmonitor", join(folder, "evil.sh"));
    await run(t("git.describe"));
    expect(() => rmSync(proof)).toThrow();
  });
});
