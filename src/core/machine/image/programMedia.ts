import { basename } from "node:path";
import { Failure } from "../../failure.ts";
import type { Arch } from "../../host/host.ts";
import type { ImageMedia, ImageWishes } from "../imageMedia.ts";
import type { Program } from "./program.ts";

const serial: Readonly<Record<Arch, string>> = { x86_64: "ttyS0", aarch64: "ttyAMA0" };

/**
 * How a program is booted that needs no disk.
 * @throws Failure `not-bootable` when it is to be started by a BIOS that cannot
 */
export function programMedia(path: string, program: Program, wishes: ImageWishes): ImageMedia {
  return program.kind === "kernel" ? kernel(path, program, wishes) : efiProgram(path, program, wishes);
}

function kernel(path: string, { arch }: Program, { initrd, cmdline, firmware }: ImageWishes): ImageMedia {
  const given = cmdline?.split(/\s+/).filter(Boolean) ?? [];
  // UEFI starts a kernel without words as a whole system, and then nobody would hear it.
  const words = given.length === 0 && firmware === "uefi" ? [`console=${serial[arch]}`] : given;
  const beside = initrd === undefined ? "without an initramfs (--initrd)" : `with ${basename(initrd)}`;
  const how = firmware === "uefi" ? "UEFI starts it" : "QEMU starts it directly";
  const media = { kernel: path, initrd, drives: [], cmdline: words, firmware };
  return { media, arch, found: `${basename(path)} is a kernel. ${how}, ${beside}.` };
}

function efiProgram(path: string, { kind, arch }: Program, wishes: ImageWishes): ImageMedia {
  const what = kind === "uki" ? "a unified kernel image" : "a program for UEFI";
  if (wishes.firmware === "bios") {
    throw new Failure("not-bootable", `${path} is ${what}: a BIOS cannot start it.`, {
      advice: "Leave out --firmware bios.",
    });
  }
  const media = { kernel: path, drives: [], cmdline: [], firmware: "uefi" } as const;
  return { media, arch, found: `${basename(path)} is ${what}. UEFI starts it.` };
}
