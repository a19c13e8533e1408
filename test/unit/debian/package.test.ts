import { describe, expect, it } from "vitest";
import { mirrorFailure, mirrorProblems } from "../../../src/core/debian/mirrorProblems.ts";
import { packagePattern, readPackage } from "../../../src/core/debian/package.ts";
import { nearestNames } from "../../../src/core/debian/unknownPackage.ts";

const sum = "0".repeat(64);
const stanza = `Package: linux-image-amd64
Version: 6.1.1-2
Pre-Depends: dpkg (>= 1.17)
Depends: linux-image-6.1.0-9-amd64 (= 6.1.1-2), kmod | module-tools, linux-base:any
Description: a kernel
 Depends: not this
Size: 1504
SHA256: ${sum}
`;

describe("readPackage", () => {
  it("reads version, digest, size and the first of each alternative", () => {
    expect(readPackage(`${stanza}\nPackage: other\nVersion: 9\n`)).toEqual({
      package: "linux-image-amd64",
      version: "6.1.1-2",
      sha256: sum,
      size: 1504,
      depends: ["dpkg", "linux-image-6.1.0-9-amd64", "kmod", "linux-base"],
    });
  });

  it("gives undefined without a digest to check the package against", () => {
    expect(readPackage(stanza.replace(/^SHA256.*\n/m, ""))).toBeUndefined();
    expect(readPackage("")).toBeUndefined();
  });
});

describe("packagePattern", () => {
  const pattern = new RegExp(packagePattern);
  it.each(["busybox-static", "g++", "libstdc++6", "linux-image-amd64=6.1.1-2", "a2=1:2.0~rc1+b1"])(
    "takes %s",
    name => expect(name).toMatch(pattern),
  );
  it.each(["-o", "--help", "a b", "x", "Busybox", "a=", "a=-o x", "../x", "a*", "a\nb"])("refuses %j", name =>
    expect(name).not.toMatch(pattern),
  );
});

describe("nearestNames", () => {
  const names = [
    "busybox",
    "busybox-static",
    "busybox-syslogd",
    "linux-image-cloud-amd64",
    "linux-image-amd64",
    "vim",
  ];

  it("offers what is a few letters away", () => {
    expect(nearestNames("bussybox-static", names, 3)[0]).toBe("busybox-static");
  });

  it("offers names with the same words and one more", () => {
    expect(nearestNames("linux-cloud", names, 3)).toEqual(["linux-image-cloud-amd64"]);
  });

  it("offers nothing for something quite different", () => {
    expect(nearestNames("zzzzzzzz", names, 3)).toEqual([]);
  });
});

describe("mirrorProblems", () => {
  const said = [
    "Err:1 http://mirror.invalid/debian bookworm InRelease",
    "W: Failed to fetch http://me:secret@mirror.invalid/debian/dists/bookworm/InRelease  Could not resolve 'mirror.invalid' [IP: 1.2.3.4 80]",
    "W: Some index files failed to download. They have been ignored, or old ones used instead.",
  ];

  it("keeps the file and the reason, without addresses and summaries", () => {
    expect(mirrorProblems(said)).toEqual([
      {
        url: "http://me:secret@mirror.invalid/debian/dists/bookworm/InRelease",
        why: "Could not resolve 'mirror.invalid'",
      },
    ]);
  });

  it("becomes a failure that names the mirror but no password", () => {
    const failure = mirrorFailure("The lists could not be fetched", mirrorProblems(said));
    expect(failure.code).toBe("packages-unreachable");
    expect(failure.message).toBe(
      "The lists could not be fetched from http://mirror.invalid: Could not resolve 'mirror.invalid'",
    );
    expect(failure.advice).toContain("proxy");
  });
});
