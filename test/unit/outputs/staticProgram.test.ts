import { describe, expect, it } from "vitest";
import { isStaticProgram, missingApplets } from "../../../src/core/outputs/initrd/staticProgram.ts";

/** An ELF header with program headers of the given types. */
function elf(machine: number, segments: readonly number[]): Buffer {
  const bytes = Buffer.alloc(64 + segments.length * 56);
  bytes.write("\x7fELF", 0, "latin1");
  bytes.writeUInt8(2, 4);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(segments.length, 56);
  segments.forEach((type, index) => {
    bytes.writeUInt32LE(type, 64 + index * 56);
  });
  return bytes;
}

describe("a program for the initrd", () => {
  it("needs no interpreter and is for the right processor", () => {
    expect(isStaticProgram(elf(62, [1, 1]), "x86_64")).toBe(true);
    expect(isStaticProgram(elf(62, [1, 3]), "x86_64")).toBe(false);
    expect(isStaticProgram(elf(62, [1]), "aarch64")).toBe(false);
    expect(isStaticProgram(elf(183, [1]), "aarch64")).toBe(true);
  });

  it("is a whole ELF file", () => {
    expect(isStaticProgram(Buffer.from("#!/bin/sh\n"), "x86_64")).toBe(false);
    expect(isStaticProgram(elf(62, [1, 1]).subarray(0, 100), "x86_64")).toBe(false);
  });

  it("has an applet only when the name stands there by itself", () => {
    const names = Buffer.from("\0insmod\0switch_root\0umount\0");
    expect(missingApplets(names, ["insmod", "mount", "umount"])).toEqual(["mount"]);
  });
});
