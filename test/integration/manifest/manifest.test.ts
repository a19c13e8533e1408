import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImageManifest } from "../../../src/core/analysis/imageManifest.ts";
import type { BuildReport } from "../../../src/shared/report.ts";
import { makeWorkplace, type OwnersWorkplace } from "../owners/workplace.ts";

let place: OwnersWorkplace;

const status = `Package: gnu-and-more
Status: install ok installed
Architecture: amd64
Version: 2:1.0+b1-3~deb12u1

Package: plain
Status: install ok installed
Architecture: all
Version: 7
`;
const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
License: GPL-2+
 the text of it

Files: debian/*
License: Expat

License: house-rules
 be nice
`;

beforeAll(async () => {
  place = await makeWorkplace();
  const files = {
    "etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
    "usr/bin/gnu": "program",
    "usr/share/plain": "data",
    "usr/share/doc/gnu-and-more/copyright": copyright,
    "var/lib/dpkg/status": status,
    "var/lib/dpkg/info/gnu-and-more.list": "/usr/bin/gnu\n/usr/share/doc/gnu-and-more/copyright\n",
    "var/lib/dpkg/info/plain.list": "/usr/share/plain\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(place.root, path, ".."), { recursive: true });
    writeFileSync(join(place.root, path), text);
  }
  // The licences stay known although their texts are gone, and so do the packages.
  place.recipe("image", "remove: [/usr/share/doc, /var/lib/dpkg]");
});

afterAll(() => place.remove());

const path = (name: string): string => join(place.folder, "out/image", name);
const build = (...more: string[]) => place.result("build", "image.whittle.yaml", ...more) as BuildReport;
const manifest = (): ImageManifest => JSON.parse(readFileSync(path("manifest.json"), "utf8"));

describe("the manifest", () => {
  it("says what the image is made of, and what its files hash to", () => {
    const report = build();
    const { stages, outputs, ...rest } = manifest();
    expect(rest).toEqual({
      manifestVersion: 1,
      recipe: "image",
      version: "3",
      arch: "x86_64",
      packages: [
        {
          ...{ name: "gnu-and-more", version: "2:1.0+b1-3~deb12u1", arch: "amd64", type: "deb" },
          licenses: ["Expat", "GPL-2+", "house-rules"],
          bytes: 7,
        },
        { name: "plain", version: "7", arch: "all", type: "deb", bytes: 4 },
      ],
    });
    expect(stages).toEqual(report.stages.map(({ name, kind, key }) => ({ name, kind, key })));
    const [tar] = report.outputs;
    expect(outputs).toEqual([
      { output: "tar", kind: "tar", file: "image-3.tar", bytes: tar?.bytes, sha256: tar?.sha256 },
    ]);
    expect(place.run("sha256sum", path("manifest.json"))).toContain(report.manifest?.sha256);
  });

  it("is left alone while nothing changes, and made again when it is gone or was changed", () => {
    build();
    const before = statSync(path("manifest.json")).mtimeMs;
    const text = readFileSync(path("manifest.json"), "utf8");
    const report = build();
    expect(report.stages.every(stage => stage.cached)).toBe(true);
    expect(report.manifest?.path).toBe(path("manifest.json"));
    expect(statSync(path("manifest.json")).mtimeMs).toBe(before);
    for (const spoil of [
      () => rmSync(path("manifest.json")),
      () => writeFileSync(path("manifest.json"), "{}"),
    ]) {
      spoil();
      build();
      expect(readFileSync(path("manifest.json"), "utf8")).toBe(text);
    }
  });

  it("is the same from an empty cache in another place", () => {
    build();
    const text = readFileSync(path("manifest.json"), "utf8");
    expect(text).not.toContain(place.folder);
    place.whittle("cache", "clear");
    build("--out", join(place.folder, "elsewhere"));
    expect(readFileSync(join(place.folder, "elsewhere/manifest.json"), "utf8")).toBe(text);
  });
});

describe("the bill of materials", () => {
  const sbom = (...more: string[]): string => place.whittle("sbom", "image.whittle.yaml", ...more);

  it("follows CycloneDX's own schema, strictly", async () => {
    expect(sbom()).toBe(`${path("image.cdx.json")}\n2 packages, CycloneDX 1.6\n`);
    const text = readFileSync(path("image.cdx.json"), "utf8");
    expect(await new JsonStrictValidator(Version.v1dot6).validate(text)).toBeNull();
  });

  it("names packages as scanners look them up, with their licences", () => {
    sbom();
    const { components, metadata, dependencies } = JSON.parse(readFileSync(path("image.cdx.json"), "utf8"));
    const purl = "pkg:deb/debian/gnu-and-more@2:1.0%2Bb1-3~deb12u1?arch=amd64&distro=debian-12";
    expect(components).toHaveLength(2);
    expect(components[0]).toMatchObject({
      ...{ name: "gnu-and-more", version: "2:1.0+b1-3~deb12u1", purl },
      licenses: expect.arrayContaining([
        { license: { id: "MIT" } },
        { license: { id: "GPL-2.0-or-later" } },
        { license: { name: "house-rules" } },
      ]),
    });
    expect(metadata).toMatchObject({
      timestamp: "1970-01-01T00:00:00.000Z",
      component: { name: "image", version: "3", type: "operating-system" },
    });
    const image = dependencies.find((each: { ref: string }) => each.ref === "image");
    expect(image.dependsOn).toEqual([purl, "pkg:deb/debian/plain@7?arch=all&distro=debian-12"]);
  });

  it("is the same every time, and written where it is asked for", () => {
    sbom();
    place.whittle("cache", "clear");
    expect(place.result("sbom", "image.whittle.yaml", "-o", "bills/mine.json")).toEqual({
      ...{ result: "sbom", path: join(place.folder, "bills/mine.json"), packages: 2 },
    });
    expect(readFileSync(join(place.folder, "bills/mine.json"), "utf8")).toBe(
      readFileSync(path("image.cdx.json"), "utf8"),
    );
  });

  it("survives builds, which only remove what they made", () => {
    sbom();
    build();
    expect(existsSync(path("image.cdx.json"))).toBe(true);
  });
});
