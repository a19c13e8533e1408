import { describe, expect, it } from "vitest";
import { closureOf } from "../../../src/core/pacman/closure.ts";
import { databaseOf } from "../../../src/core/pacman/database.ts";
import { readDependency } from "../../../src/core/pacman/dependency.ts";
import { readDescription, type SyncPackage } from "../../../src/core/pacman/package.ts";
import { packageAddresses } from "../../../src/core/pacman/packageAddresses.ts";
import { expandServer } from "../../../src/core/pacman/repository.ts";

const sum = "ab".repeat(32);

function describePackage(changes: Readonly<Record<string, string>> = {}): string {
  const fields: Record<string, string> = {
    FILENAME: "bash-5.2-1-x86_64.pkg.tar.zst",
    NAME: "bash",
    VERSION: "5.2-1",
    CSIZE: "12",
    SHA256SUM: sum,
    ARCH: "x86_64",
    PROVIDES: "sh\nbourne=1",
    ...changes,
  };
  return Object.entries(fields)
    .map(([key, value]) => `%${key}%\n${value}\n\n`)
    .join("");
}

function pack(name: string, changes: Partial<SyncPackage> = {}): SyncPackage {
  return { ...readDescription(describePackage({ NAME: name }), "core"), provides: [], ...changes };
}

describe("readDescription", () => {
  it("reads what is needed to find and fetch a package", () => {
    expect(readDescription(describePackage({ PGPSIG: "aGk=" }), "core")).toMatchObject({
      ...{ name: "bash", version: "5.2-1", repository: "core", sha256: sum, size: 12, signature: "aGk=" },
      ...{ provides: ["sh", "bourne=1"], depends: [], groups: [] },
    });
  });

  it.each([
    ["a file outside of the repository", { FILENAME: "../../etc/passwd" }],
    ["an option in place of a file", { FILENAME: "--root=x" }],
    ["a name with a line of shell", { NAME: "a$(id)" }],
    ["no digest", { SHA256SUM: "" }],
    ["no size", { CSIZE: "" }],
  ])("refuses %s", (_what, changes) => {
    expect(() => readDescription(describePackage(changes), "core")).toThrow(
      expect.objectContaining({ code: "package-list-damaged" }),
    );
  });
});

describe("readDependency", () => {
  it.each([
    ["glibc", { name: "glibc" }],
    ["glibc>=2.38", { name: "glibc", relation: ">=", version: "2.38" }],
    ["perl: for the scripts", { name: "perl" }],
    ["libx.so=1-64", { name: "libx.so", relation: "=", version: "1-64" }],
  ])("reads %s", (text, read) => {
    expect(readDependency(text)).toEqual(read);
  });
});

describe("closureOf", () => {
  it("says for each package which wish it came from", () => {
    const database = databaseOf("core", [
      pack("base", { depends: ["sh"] }),
      pack("bash", { provides: ["sh"] }),
      pack("editor", { groups: ["tools"] }),
      pack("viewer", { groups: ["tools"], depends: ["bash"] }),
    ]);
    const chosen = closureOf(["base", "tools"], [database]);
    expect(chosen.map(each => [each.package.name, each.wanted])).toEqual([
      ["base", 0],
      ["bash", undefined],
      ["editor", 1],
      ["viewer", 1],
    ]);
  });

  it("ends where packages need each other", () => {
    const database = databaseOf("core", [pack("a", { depends: ["b"] }), pack("b", { depends: ["a"] })]);
    expect(closureOf(["a"], [database])).toHaveLength(2);
  });
});

describe("addresses", () => {
  it("fill in what pacman.conf fills in, and start at the recipe's folder", () => {
    const template = "https://mirror.example/$repo/os/$arch/";
    expect(expandServer(template, "core", "x86_64", "/r")).toBe("https://mirror.example/core/os/x86_64");
    expect(expandServer("repo/$arch", "own", "x86_64", "/r")).toBe("file:///r/repo/x86_64");
    expect(expandServer("/srv/repo", "own", "x86_64", "/r")).toBe("file:///srv/repo");
  });

  it("end with Arch's archive for what came from a mirror of Arch", () => {
    const file = "bash-1:5.2-1-x86_64.pkg.tar.zst";
    const found = { ...pack("bash"), file, signature: "", url: `https://one.example/core/${file}` };
    const core = {
      name: "core",
      servers: ["https://one.example/core", "https://two.example"],
      signatures: "never" as const,
    };
    expect(packageAddresses(found, core)).toEqual([
      `https://one.example/core/${file}`,
      `https://two.example/${file}`,
      `https://archive.archlinux.org/packages/b/bash/${file}`,
    ]);
    const local = { ...found, url: `file:///srv/${file}` };
    expect(packageAddresses(local, { ...core, servers: ["file:///srv"] })).toEqual([`file:///srv/${file}`]);
    const own = { ...found, repository: "own" };
    expect(packageAddresses(own, { ...core, name: "own" })).toHaveLength(2);
  });
});
