import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readElf } from "../../../src/core/stages/busybox/elf.ts";

const shell = readFileSync("/bin/sh");

describe("readElf", () => {
  it("names the interpreter and the libraries of a dynamic program", () => {
    const elf = readElf(shell);
    expect(elf?.interpreter).toMatch(/^\/lib.*\/ld-/);
    expect(elf?.libraries).toContain("libc.so.6");
    expect(elf?.machine).toBe(process.arch === "x64" ? "x86_64" : "aarch64");
  });

  it("names the machine of a program for another processor", () => {
    const other = Buffer.from(shell);
    other.writeUInt16LE(243, 18);
    expect(readElf(other)?.machine).toBe("riscv64");
    other.writeUInt16LE(999, 18);
    expect(readElf(other)?.machine).toBe("machine 999");
  });

  it.each([
    ["a text", Buffer.from("#!/bin/sh\n")],
    ["nothing", Buffer.alloc(0)],
    ["the first bytes of a program", shell.subarray(0, 40)],
    ["a program cut behind its header", shell.subarray(0, 100)],
  ])("gives undefined for %s", (_, bytes) => expect(readElf(bytes)).toBeUndefined());
});
