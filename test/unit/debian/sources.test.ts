import { describe, expect, it } from "vitest";
import {
  type AptSource,
  readSourceLine,
  readSourceList,
  readSourceStanzas,
  sourceLine,
} from "../../../src/core/debian/sources/aptSource.ts";
import { type SourcesWanted, suiteSources, vendorOf } from "../../../src/core/debian/sources/suiteSources.ts";

const line = "deb [arch=amd64 signed-by=/k.gpg] http://m.invalid/debian bookworm main contrib";

describe("readSourceLine", () => {
  it("reads options, suite and components, and writes the same line", () => {
    const source = readSourceLine(`  ${line}   # a mirror`);
    expect(source).toEqual({
      options: { arch: "amd64", "signed-by": "/k.gpg" },
      uri: "http://m.invalid/debian",
      suite: "bookworm",
      components: ["main", "contrib"],
    });
    expect(source && sourceLine(source)).toBe(line);
  });

  it("reads an exact path, which has no components", () => {
    expect(readSourceLine("deb http://m.invalid/ ./")).toMatchObject({ suite: "./", components: [] });
  });

  it("passes over comments, sources of source code and URLs", () => {
    expect(readSourceList("# deb a b c\n\ndeb-src http://a b c\nhttp://a\n")).toEqual([]);
  });
});

describe("readSourceStanzas", () => {
  it("makes one source of each URI and suite", () => {
    const text =
      "Types: deb deb-src\nURIs: http://a http://b\n# said\nSuites: s s-updates\nComponents: main\n" +
      "Signed-By: /k.gpg\n";
    expect(readSourceStanzas(text).map(sourceLine)).toEqual([
      "deb [signed-by=/k.gpg] http://a s main",
      "deb [signed-by=/k.gpg] http://a s-updates main",
      "deb [signed-by=/k.gpg] http://b s main",
      "deb [signed-by=/k.gpg] http://b s-updates main",
    ]);
  });

  it("leaves out what is switched off, source code and keys in the text", () => {
    const off = "Enabled: no\nTypes: deb\nURIs: http://a\nSuites: s\n";
    const sources = "Types: deb-src\nURIs: http://a\nSuites: s\n";
    const key =
      "Types: deb\nURIs: http://c\nSuites: s\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n xx\n";
    expect(readSourceStanzas([off, sources, key].join("\n")).map(sourceLine)).toEqual(["deb http://c s"]);
  });
});

describe("suiteSources", () => {
  const vendor = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const of = (text: string): AptSource => readSourceLine(text) ?? expect.unreachable();
  const host = [
    of(`deb [signed-by=${vendor}] http://near.invalid/debian bookworm main contrib`),
    of(`deb [signed-by=${vendor}] http://near.invalid/debian bookworm-updates main`),
    of("deb http://near.invalid/security bookworm-security main"),
    of("deb http://near.invalid/debian bookworm-backports main"),
    of("deb [signed-by=/etc/apt/keyrings/third.asc] http://third.invalid/debian bookworm main"),
    of("deb http://docker.invalid/debian bookworm stable"),
  ];
  const wanted: SourcesWanted = {
    suite: "bookworm",
    components: ["main"],
    mirrors: [],
    arch: "amd64",
    hostSources: host,
  };
  const lines = (given: Partial<SourcesWanted>) =>
    suiteSources({ ...wanted, ...given }).map(({ uri, suite, components }) =>
      [uri, suite, ...components].join(" "),
    );

  it("takes the host's own mirrors of the suite and nobody else's", () => {
    expect(lines({})).toEqual([
      "http://near.invalid/debian bookworm main",
      "http://near.invalid/debian bookworm-updates main",
      "http://near.invalid/security bookworm-security main",
    ]);
  });

  it("takes Debian's mirrors, with updates, for a suite that the host does not have", () => {
    expect(lines({ suite: "trixie" })).toEqual([
      "http://deb.debian.org/debian trixie main",
      "http://deb.debian.org/debian trixie-updates main",
      "http://deb.debian.org/debian-security trixie-security main",
    ]);
    expect(lines({ suite: "unstable" })).toEqual(["http://deb.debian.org/debian unstable main"]);
  });

  it("takes Ubuntu's mirrors for its suites, and its ports for other processors", () => {
    expect(vendorOf("noble")).toBe("ubuntu");
    expect(lines({ suite: "noble" })[2]).toBe("http://security.ubuntu.com/ubuntu noble-security main");
    expect(lines({ suite: "noble", arch: "arm64" })[0]).toBe(
      "http://ports.ubuntu.com/ubuntu-ports noble main",
    );
  });

  it("takes mirrors of the recipe alone: an URL for the suite, a line as it is", () => {
    expect(
      lines({
        components: ["main", "contrib"],
        mirrors: ["file:///srv/debian", "deb http://b.invalid sid main"],
      }),
    ).toEqual(["file:///srv/debian bookworm main contrib", "http://b.invalid sid main"]);
  });
});
