import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { describeFile, readKernelFormat } from "../../../src/core/kernel/kernelFormat.ts";

function bzImage(banner: string | undefined): Buffer {
  const image = Buffer.alloc(4096);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write("HdrS", 0x202, "latin1");
  if (banner === undefined) return image;
  image.writeUInt16LE(0x600, 0x20e);
  image.write(`${banner}\0`, 0x800, "latin1");
  return image;
}

function arm64Image(banner: string): Buffer {
  const image = Buffer.alloc(4096);
  image.write("ARMd", 0x38, "latin1");
  image.write("Linux version %s (%s)\0", 0x100, "latin1");
  image.write(`Linux version ${banner} (builder@host) #1 SMP`, 0x400, "latin1");
  return image;
}

describe("readKernelFormat", () => {
  it("reads the release in the boot header of a bzImage", () => {
    expect(readKernelFormat(bzImage("6.1.0-56-cloud-amd64 (kernel@debian) #1 SMP"))).toEqual({
      arch: "x86_64",
      release: "6.1.0-56-cloud-amd64",
    });
  });

  it("knows a bzImage that does not say its release", () => {
    expect(readKernelFormat(bzImage(undefined))).toEqual({ arch: "x86_64", release: undefined });
  });

  it("does not take a release that could leave its folder", () => {
    expect(readKernelFormat(bzImage("../../etc/x"))?.release).toBeUndefined();
    expect(readKernelFormat(bzImage("6.1/../../x"))?.release).toBe("6.1");
  });

  it("reads the banner of an arm64 Image, plain, gzipped and as an EFI program", () => {
    const image = arm64Image("6.1.0-9-arm64");
    const expected = { arch: "aarch64", release: "6.1.0-9-arm64" };
    expect(readKernelFormat(image)).toEqual(expected);
    expect(readKernelFormat(gzipSync(image))).toEqual(expected);
    const payload = gzipSync(image);
    const head = Buffer.alloc(0x40);
    head.write("MZ", 0, "latin1");
    head.write("zimg", 4, "latin1");
    head.writeUInt32LE(0x40, 8);
    head.writeUInt32LE(payload.length, 12);
    head.write("gzip", 0x18, "latin1");
    expect(readKernelFormat(Buffer.concat([head, payload]))).toEqual(expected);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(4096)],
    ["a gzipped text", gzipSync("hello")],
    ["a text", Buffer.from("#!/bin/sh\n")],
    ["a cut boot sector", bzImage("6.1").subarray(0, 0x210)],
  ])("gives undefined for %s", (_, bytes) => expect(readKernelFormat(bytes)).toBeUndefined());
});

describe("describeFile", () => {
  it.each([
    ["\x7fELF\x02", /ELF/],
    ["!<arch>\ndebian-binary   ", /Debian package/],
    ["070701000", /cpio/],
    ["name: x\n", /a text/],
    ["", /empty/],
    ["\x00\x01\x02", /not known/],
  ])("names %j", (start, what) => expect(describeFile(Buffer.from(start, "latin1"))).toMatch(what));
});
