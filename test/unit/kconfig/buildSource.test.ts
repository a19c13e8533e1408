import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { otherCompiler } from "../../../src/core/kconfig/build/compiler.ts";
import { missingOnHost, toolsMissing } from "../../../src/core/kconfig/build/needed.ts";
import { sourceInputs } from "../../../src/core/kconfig/build/sourceInputs.ts";
import { versionInFolder, versionInName } from "../../../src/core/kconfig/build/sourceVersion.ts";
import { checkClean } from "../../../src/core/kconfig/build/unpackSource.ts";
import { tempFolder } from "../tree/layers.ts";
import { placeAt } from "./samplePlace.ts";

describe("a source", () => {
  it.each([
    ["linux-6.12.tar.xz", "6.12"],
    ["https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-6.1.170.tar.xz", "6.1.170"],
    ["../linux-6.19-rc2.tgz", "6.19-rc2"],
    ["busybox-1.36.1.tar.bz2", "1.36.1"],
    ["kernel.tar.xz", undefined],
  ])("%s has the version of its name", (name, version) => expect(versionInName(name)).toBe(version));

  it("says its version in its Makefile", async () => {
    const folder = tempFolder();
    writeFileSync(
      join(folder, "Makefile"),
      "VERSION = 6\nPATCHLEVEL = 19\nSUBLEVEL = 0\nEXTRAVERSION = -rc2\nNAME = x\n",
    );
    expect(await versionInFolder(folder)).toBe("6.19.0-rc2");
    writeFileSync(join(folder, "Makefile"), "all:\n\ttrue\n");
    expect(await versionInFolder(folder)).toBeUndefined();
  });

  it("that is a folder counts by its files, not by git's history of them", () => {
    const baseDir = tempFolder();
    for (const name of [".git", "init"]) mkdirSync(join(baseDir, "linux", name), { recursive: true });
    writeFileSync(join(baseDir, "linux", "Makefile"), "");
    const place = placeAt(baseDir);
    const paths = (source: string | { package: string }) =>
      sourceInputs(source, place).map(each => each.path);
    expect(paths("linux")).toEqual([join(baseDir, "linux/Makefile"), join(baseDir, "linux/init")]);
    expect(paths("gone")).toEqual([join(baseDir, "gone")]);
    expect(paths("https://example.org/linux-6.12.tar.xz")).toEqual([]);
    expect(paths({ package: "linux-source-6.1" })).toEqual([]);
  });

  it("must not have been built in", () => {
    const folder = tempFolder();
    checkClean(folder, [".config"]);
    writeFileSync(join(folder, ".config"), "");
    expect(() => checkClean(folder, [".config"])).toThrow(
      expect.objectContaining({ code: "source-not-clean" }),
    );
  });
});

describe("what builds it", () => {
  it("is named all at once when it is missing", () => {
    const missing = [
      { package: "flex", program: "flex" },
      { package: "libelf-dev", header: "gelf.h" },
      { package: "bc", program: "bc" },
    ];
    expect(toolsMissing("a kernel", missing)).toMatchObject({
      code: "build-tools-missing",
      message: "To build a kernel, flex, gelf.h and bc are missing on this system.",
      advice: "Install them with: sudo apt-get install bc flex libelf-dev",
    });
  });

  it("is looked for where a sandbox will look", () => {
    const shell = { package: "dash", program: "sh" };
    const none = { package: "none", program: "no-such-program" };
    const header = { package: "none-dev", header: "no/such.h" };
    expect(missingOnHost([shell, none, header], "x86_64")).toEqual([none, header]);
  });

  it("is told apart from another compiler", () => {
    const facts = { name: "gcc", version: "12.2.0-14", linker: "2.40" };
    expect(otherCompiler(facts, { ...facts })).toBeUndefined();
    expect(otherCompiler({ ...facts, version: "11.4.0" }, facts)).toBe(
      "gcc 11.4.0 was expected, and 12.2.0-14 is here",
    );
    expect(otherCompiler({ ...facts, linker: "2.38" }, facts)).toBe(
      "the linker 2.38 was expected, and 2.40 is here",
    );
  });
});
