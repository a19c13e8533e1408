import { describe, expect, it } from "vitest";
import type { Keyring } from "../../../src/core/pacman/keyring.ts";
import { InstallTalk } from "../../../src/core/stages/arch/installTalk.ts";
import { recordOf } from "../../../src/core/stages/arch/packageRecord.ts";
import { repositoriesOf } from "../../../src/core/stages/arch/repositories.ts";
import { keyringFor } from "../../../src/core/stages/arch/signatures.ts";
import type { ArchParameters } from "../../../src/core/stages/arch.ts";
import type { Place } from "../../../src/core/stages/stage.ts";
import { PlacedFailure } from "../stages/stageRun.ts";

const place: Place = {
  baseDir: "/recipes",
  arch: "x86_64",
  recipe: { name: "image", version: undefined },
  fail: (...failure) => new PlacedFailure(...failure),
};
const keys: Keyring = { keys: ["/keys"], trusted: [], revoked: [], allTrusted: true };
const noKeys = async () => undefined;
const keyringOf = (given: ArchParameters, system = noKeys as () => Promise<Keyring | undefined>) =>
  keyringFor(given, repositoriesOf(given, place), place, system);

describe("repositories", () => {
  it("are Arch's own unless the recipe names others", () => {
    expect(repositoriesOf({}, place)).toEqual(
      ["core", "extra"].map(name => ({
        name,
        servers: [
          `https://geo.mirror.pkgbuild.com/${name}/os/x86_64`,
          `https://mirror.rackspace.com/archlinux/${name}/os/x86_64`,
        ],
        ...{ signatures: "required", at: [] },
      })),
    );
  });

  it("of a day come from the archive", () => {
    expect(repositoriesOf({ snapshot: "2026-11-01", repositories: ["core"] }, place)).toMatchObject([
      { servers: ["https://archive.archlinux.org/repos/2026/11/01/core/os/x86_64"], at: ["snapshot"] },
    ]);
    const both = { snapshot: "2026-11-01", mirrors: ["https://mirror.example/$repo"] };
    expect(() => repositoriesOf(both, place)).toThrow(expect.objectContaining({ code: "key-conflict" }));
  });

  it("must be signed unless they are folders of this machine, or the recipe says otherwise", () => {
    const own = { name: "own", servers: ["repo"] };
    const mixed = { name: "mixed", servers: ["/srv/repo", "https://mirror.example"] };
    const free = { name: "free", servers: ["https://mirror.example"], siglevel: "never" as const };
    expect(repositoriesOf({ repositories: [own, mixed, free] }, place)).toMatchObject([
      { signatures: "optional", servers: ["file:///recipes/repo"], at: ["repositories", 0, "servers"] },
      { signatures: "required" },
      { signatures: "never" },
    ]);
  });

  it("have to be named for an architecture that Arch is not made for", () => {
    const arm: Place = { ...place, arch: "aarch64" };
    expect(() => repositoriesOf({}, arm)).toThrow(expect.objectContaining({ code: "arch-no-mirror" }));
    const named = { mirrors: ["https://arm.example/$arch/$repo"], repositories: ["core"] };
    expect(repositoriesOf(named, arm)[0]?.servers).toEqual(["https://arm.example/aarch64/core"]);
  });
});

describe("the keyring", () => {
  it("must be there for packages from a server", async () => {
    await expect(keyringOf({ mirrors: ["https://mirror.example/$repo"] })).rejects.toMatchObject({
      code: "keyring-missing",
      parameter: ["mirrors"],
      message: expect.stringContaining("https://mirror.example/core"),
      advice: expect.stringContaining("apt-get install archlinux-keyring"),
    });
    expect(await keyringOf({}, async () => keys)).toBe(keys);
  });

  it("need not be there for a folder of this machine, or where signatures are given up", async () => {
    const own = { name: "own", servers: ["repo"] };
    expect(await keyringOf({ repositories: [own] })).toBeUndefined();
    const free = { name: "free", servers: ["https://mirror.example"], siglevel: "never" as const };
    expect(await keyringOf({ repositories: [free] }, async () => keys)).toBeUndefined();
  });
});

describe("recordOf", () => {
  const text = "%NAME%\nbash\n\n%INSTALLDATE%\n1795264479\n\n%SIZE%\n1\n\n%VALIDATION%\nnone\n\n";

  it("gives a record the fixed clock, the reason and the check", () => {
    expect(recordOf(text, 7, { explicit: false, validation: "pgp" })).toBe(
      "%NAME%\nbash\n\n%INSTALLDATE%\n7\n\n%SIZE%\n1\n\n%REASON%\n1\n\n%VALIDATION%\npgp\n\n",
    );
    expect(recordOf(text, 7, { explicit: true, validation: "sha256" })).not.toContain("REASON");
  });
});

describe("InstallTalk", () => {
  it("counts packages and names what failed", () => {
    const warnings: string[] = [];
    const counts: number[] = [];
    const talk = new InstallTalk(2, {
      log: () => undefined,
      progress: done => counts.push(done),
      warn: message => warnings.push(message),
    });
    const lines = ["installing bash...", "error: command failed to execute correctly", "installing app..."];
    lines.push("(1/2) Arming ConditionNeedsUpdate...", "error: command failed to execute correctly");
    for (const line of lines) talk.hear(line);
    expect(counts).toEqual([1, 2]);
    expect(warnings).toEqual([
      "In the new system the install script of bash failed; the log has what it said.",
      "In the new system the hook “Arming ConditionNeedsUpdate” failed; the log has what it said.",
    ]);
  });
});
