import { Failure } from "../../failure.ts";
import type { Arch } from "../../host/host.ts";
import { peSections } from "../peSections.ts";

/** A program that a machine starts without a disk. */
export interface Program {
  readonly kind: "kernel" | "uki" | "efi";
  readonly arch: Arch;
}

const peArch: Readonly<Record<number, Arch>> = { 34404: "x86_64", 43620: "aarch64" };
const otherPe: Readonly<Record<number, string>> = {
  332: "32-bit x86",
  448: "32-bit ARM",
  450: "32-bit ARM",
  20580: "RISC-V",
};
const elfArch: Readonly<Record<number, Arch>> = { 3: "x86_64", 62: "x86_64", 183: "aarch64" };
const elfTellingBytes = 20;
const efiApplication = 10;

/**
 * The program that a file begins with: a kernel, a unified kernel image, or another program for UEFI.
 * @throws Failure `not-a-disk-image` for programs that QEMU's machines cannot run
 */
export function programIn(head: Buffer, path: string): Program | undefined {
  if (head.toString("latin1", 0x202, 0x206) === "HdrS") return { kind: "kernel", arch: "x86_64" };
  if (head.toString("latin1", 0x38, 0x3c) === "ARMd") return { kind: "kernel", arch: "aarch64" };
  if (head.toString("latin1", 0, 4) === "\x7fELF" && head.length >= elfTellingBytes) {
    const arch = elfArch[head.readUInt16LE(18)];
    return arch && { kind: "kernel", arch };
  }
  const pe = head.toString("latin1", 0, 2) === "MZ" && head.length > 0x40 ? head.readUInt32LE(0x3c) : -1;
  if (pe < 0 || pe + 96 > head.length || head.toString("latin1", pe, pe + 4) !== "PE\0\0") return undefined;
  const machine = head.readUInt16LE(pe + 4);
  const arch = peArch[machine];
  if (arch === undefined) {
    const what = otherPe[machine] ?? "another processor";
    throw new Failure(
      "not-a-disk-image",
      `${path} is a program for ${what}, which 64-bit UEFI cannot start.`,
      {
        advice: "Make it for x86_64 or aarch64.",
      },
    );
  }
  if (peSections(head).includes(".linux")) return { kind: "uki", arch };
  if (head.readUInt16LE(pe + 24 + 68) === efiApplication) return { kind: "efi", arch };
  throw new Failure("not-a-disk-image", `${path} is a program, but none that UEFI starts by itself.`, {
    advice: "Name a disk image, an ISO, a kernel or a unified kernel image.",
  });
}
