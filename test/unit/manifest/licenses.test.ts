import { describe, expect, it } from "vitest";
import { distributionOf } from "../../../src/core/analysis/packages/distribution.ts";
import { copyrightLicenses, licensesOf } from "../../../src/core/analysis/packages/licenses.ts";
import { purlOf } from "../../../src/core/analysis/sbom/purl.ts";
import { spdxExpression, spdxName } from "../../../src/core/analysis/sbom/spdxLicense.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { without } from "../owners/ownersIn.ts";
import { filesLayer } from "../tree/layers.ts";

const machineReadable = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
License: GPL-3+
Files: a
License: GPL-2+ or Artistic
 text of a licence: License: not this one
Files: b
license:   Expat   
License:
`;

describe("licences of a copyright file", () => {
  it("are its short names, each once", () => {
    expect(copyrightLicenses(machineReadable + machineReadable)).toEqual([
      "Expat",
      "GPL-2+ or Artistic",
      "GPL-3+",
    ]);
  });

  it("are not guessed where the file is only prose", () => {
    expect(copyrightLicenses("This package is free software.\nLicense: see below\n")).toEqual([]);
    expect(copyrightLicenses("")).toEqual([]);
  });
});

describe("licences of packages", () => {
  const deb = (name: string) =>
    ({ name, label: name, version: "1", arch: "amd64", type: "deb", licenses: [] }) as const;

  it("are found through links between folders of documents, also when a stage removed them", async () => {
    const base = await filesLayer({
      "usr/share/doc/gcc-base/copyright": machineReadable,
      "usr/share/doc/libgcc": "-> gcc-base",
      "usr/share/doc/libstdc/copyright": "-> ../gcc-base/copyright",
      "usr/share/doc/loop": "-> loop",
    });
    const layers = [base, await without("usr/share/doc")];
    const names = ["libgcc", "libstdc", "loop", "none"];
    const found = await licensesOf(names.map(deb), layers, stackLayers(layers));
    expect(found.map(each => each.length)).toEqual([3, 3, 0, 0]);
  });

  it("are those of the package database for pacman and apk", async () => {
    const musl = { ...deb("musl"), type: "apk", licenses: ["MIT"] } as const;
    expect(await licensesOf([musl], [], stackLayers([]))).toEqual([["MIT"]]);
  });
});

describe("names of licences in SPDX's words", () => {
  it.each([
    ["GPL-2", "GPL-2.0-only"],
    ["GPL-2+", "GPL-2.0-or-later"],
    ["LGPL-2.1+", "LGPL-2.1-or-later"],
    ["GFDL-1.3", "GFDL-1.3-only"],
    ["AGPLv3+", "AGPL-3.0-or-later"],
    ["Expat", "MIT"],
    ["BSD-3-clause", "BSD-3-Clause"],
    ["house-rules", "house-rules"],
    ["GPL-2.0-or-later", "GPL-2.0-or-later"],
  ])("%s is %s", (debian, spdx) => {
    expect(spdxName(debian)).toBe(spdx);
  });

  const known = new Set(["MIT", "GPL-2.0-or-later", "GPL-2.0-only", "BSD-3-Clause"]);
  it.each([
    ["GPL-2+ or Expat", "GPL-2.0-or-later OR MIT"],
    ["GPL-2.0-only AND (MIT OR BSD-3-Clause)", "GPL-2.0-only AND (MIT OR BSD-3-Clause)"],
    ["GPL-2+ and house-rules", undefined],
    ["MIT BSD-3-Clause", undefined],
    ["(MIT", undefined],
    ["MIT or", undefined],
    ["", undefined],
  ])("%j as an expression is %j", (text, expected) => {
    expect(spdxExpression(text, id => known.has(id))).toBe(expected);
  });
});

// The examples of https://github.com/package-url/purl-spec, where they have one.
describe("package URLs", () => {
  const debian = { id: "debian", version: "12" };
  it.each([
    [
      { type: "deb", name: "curl", version: "7.50.3-1", arch: "i386" },
      { id: "debian", version: undefined },
      "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian",
    ],
    [
      { type: "deb", name: "attr", version: "1:2.4.47-2+b1", arch: "amd64" },
      debian,
      "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian-12",
    ],
    [
      { type: "deb", name: "libstdc++6", version: "12", arch: "amd64" },
      debian,
      "pkg:deb/debian/libstdc%2B%2B6@12?arch=amd64&distro=debian-12",
    ],
    [
      { type: "alpm", name: "pacman", version: "6.0.1-1", arch: "x86_64" },
      undefined,
      "pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64",
    ],
    [
      { type: "apk", name: "curl", version: "7.83.0-r0", arch: "x86" },
      { id: "alpine", version: "3.22.1" },
      "pkg:apk/alpine/curl@7.83.0-r0?arch=x86&distro=alpine-3.22.1",
    ],
    [
      { type: "source", name: "linux", version: "6.12.1", arch: undefined },
      debian,
      "pkg:generic/linux@6.12.1",
    ],
  ] as const)("%j", (each, distribution, expected) => {
    expect(purlOf(each, distribution)).toBe(expected);
  });
});

describe("the distribution", () => {
  it("is that of the lowest layer, whatever the recipe calls its image", async () => {
    const base = await filesLayer({
      "etc/os-release": "-> ../usr/lib/os-release",
      "usr/lib/os-release": 'NAME="Debian"\nID=debian\nVERSION_ID="12"\n',
    });
    const own = await filesLayer({ "etc/os-release": "ID=mine\nVERSION_ID=1\n" });
    const layers = [await filesLayer({ "etc/hostname": "x" }), base, own];
    expect(await distributionOf(layers, stackLayers(layers))).toEqual({ id: "debian", version: "12" });
  });

  it("is not known without os-release", async () => {
    const layers = [await filesLayer({ "etc/hostname": "x" })];
    expect(await distributionOf(layers, stackLayers(layers))).toBeUndefined();
  });
});
