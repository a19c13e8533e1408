import { describe, expect, it } from "vitest";
import { readAptPlan } from "../../../src/core/debian/system/systemPackage.ts";
import { aptSteps } from "../../../src/core/debian/system/variants.ts";
import { InstallProgress } from "../../../src/core/stages/debian/installProgress.ts";
import { mmdebstrapCall } from "../../../src/core/stages/debian/mmdebstrapCall.ts";

const sum = "0".repeat(64);
const said = `Reading package lists...
The following additional packages will be installed:
  libc6 zlib1g
  tzdata
Suggested packages:
  other
The following packages will be REMOVED:
  old* older
The following NEW packages will be installed:
  libc6 wanted zlib1g
'http://m/pool/libc6_2.36-9%2bdeb12u14_amd64.deb' libc6_2.36-9+deb12u14_amd64.deb 2759 SHA256:${sum}
'http://m/pool/wanted_1.0_all.deb' wanted_2%3a1.0_all.deb 10 SHA256:${sum}
`;

describe("readAptPlan", () => {
  it("reads what would be installed, what others need, and what would go", () => {
    const plan = readAptPlan(said);
    expect(plan?.packages).toEqual([
      {
        package: "libc6",
        version: "2.36-9+deb12u14",
        architecture: "amd64",
        sha256: sum,
        size: 2759,
        url: "http://m/pool/libc6_2.36-9%2bdeb12u14_amd64.deb",
      },
      {
        package: "wanted",
        version: "2:1.0",
        architecture: "all",
        sha256: sum,
        size: 10,
        url: "http://m/pool/wanted_1.0_all.deb",
      },
    ]);
    expect([...(plan?.automatic ?? [])]).toEqual(["libc6", "zlib1g", "tzdata"]);
    expect([...(plan?.removed ?? [])]).toEqual(["old", "older"]);
  });

  it("refuses a package without a sha256", () => {
    expect(readAptPlan("'http://m/a_1_all.deb' a_1_all.deb 10 MD5Sum:00\n")).toBeUndefined();
  });
});

describe("aptSteps", () => {
  const wanted = { suite: "bookworm", arch: "amd64", packages: ["systemd"] };

  it("asks as mmdebstrap does: the essential packages, then the others with those of the priority", () => {
    const { first, second } = aptSteps({ ...wanted, variant: "minbase" });
    expect(first).toEqual([
      "install",
      "?narrow(?or(?archive(^bookworm$),?codename(^bookworm$)),?architecture(amd64),?essential)",
    ]);
    expect(second.slice(0, 2)).toEqual(["install", "systemd"]);
    expect(second[2]).toContain("?and(?or(?priority(required)),?not(?essential))");
    expect(aptSteps({ ...wanted, variant: "standard" }).second[2]).toContain("?priority(standard)");
  });

  it("adds nothing to the packages for extract and custom", () => {
    expect(aptSteps({ ...wanted, variant: "extract" })).toEqual({
      first: ["install", "systemd"],
      second: [],
    });
    expect(aptSteps({ ...wanted, packages: [], variant: "custom" })).toEqual({ first: [], second: [] });
  });

  it("merges /usr from the start where usr-is-merged is asked for", () => {
    const { first } = aptSteps({ ...wanted, packages: ["usr-is-merged"], variant: "essential" });
    expect(first.at(-1)).toBe("usr-is-merged");
  });
});

describe("mmdebstrapCall", () => {
  const system = { suite: "s", sources: [], manual: ["apt", "systemd"], packages: [] };
  const wanted = { system, recommends: false, packages: ["systemd"], arch: "amd64" };

  it("leaves nothing to choose: the names of what was asked for, from the local packages", () => {
    const { command } = mmdebstrapCall({ ...wanted, variant: "standard" });
    expect(command).toContain("--variant=essential");
    expect(command).toContain("--include=apt,systemd");
    expect(command.slice(-3)).toEqual(["", "/target", "deb [trusted=yes] file:/target/packages ./"]);
  });

  it("gives extract the packages of the recipe", () => {
    const { command } = mmdebstrapCall({ ...wanted, variant: "extract" });
    expect(command).toContain("--variant=extract");
    expect(command).toContain("--include=systemd");
  });
});

describe("InstallProgress", () => {
  it("counts each package once when it is unpacked and once when it is set up", () => {
    const progress = new InstallProgress();
    for (const line of [
      "Unpacking libc6:amd64 (2.36) ...",
      "Unpacking libc6:amd64 (2.36) ...",
      "Unpacking tar (1) over (0) ...",
      "Setting up libc6:amd64 (2.36) ...",
    ])
      progress.take(line);
    expect(progress.done).toBe(3);
  });

  it("names the package that failed and why", () => {
    const progress = new InstallProgress();
    for (const line of [
      "dpkg: error processing package broken (--configure):",
      " installed broken package post-installation script subprocess returned error exit status 3",
      "E: Sub-process env returned an error code (1)",
      "E: apt-get --yes install failed",
      "E: setup failed",
    ])
      progress.take(line);
    expect(progress.problem.package).toBe("broken");
    expect(progress.problem.why).toContain("returned error exit status 3");
  });
});
