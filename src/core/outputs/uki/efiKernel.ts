import { gunzipSync } from "node:zlib";
import { Failure } from "../../failure.ts";
import type { Arch } from "../../host/host.ts";
import { readKernelFormat } from "../../kernel/kernelFormat.ts";
import { peSections } from "../../machine/peSections.ts";

/** A kernel that the stub can start. */
export interface EfiKernel {
  /** As `uname -r` says it. */
  readonly release: string | undefined;
  /** Only where they differ from the bytes given: the stub unpacks nothing. */
  readonly bytes: Uint8Array | undefined;
}

const machineIa32 = 0x14c;
const mostBytes = 512 * 1024 * 1024;

/** The processor that an EFI program says it is for, by its number in PE headers. */
function peMachine(image: Buffer): number | undefined {
  if (image.length < 0x40 || image.toString("latin1", 0, 2) !== "MZ") return undefined;
  const at = image.readUInt32LE(0x3c);
  if (at + 6 > image.length || image.toString("latin1", at, at + 4) !== "PE\0\0") return undefined;
  return image.readUInt16LE(at + 4);
}

function onlyIa32(): Failure {
  return new Failure(
    "kernel-without-efi",
    "The image's kernel is for 32-bit UEFI (ia32) alone; the 64-bit UEFI of x86_64 machines cannot start it.",
    {
      advice:
        "Configure it with CONFIG_64BIT=y and CONFIG_EFI_STUB=y, take a distribution's amd64 kernel, or write firmware: bios.",
    },
  );
}

/** Undefined for what is damaged, or unpacks to more than any kernel. */
function unpacked(image: Buffer): Buffer | undefined {
  try {
    return gunzipSync(image, { maxOutputLength: mostBytes });
  } catch {
    return undefined;
  }
}

/**
 * Checks that a kernel is an EFI program itself, for 64-bit UEFI, which is what the stub hands over to.
 * @throws Failure `kernel-without-efi`
 */
export function efiKernel(image: Buffer, arch: Arch): EfiKernel {
  const release = readKernelFormat(image)?.release;
  if (arch === "x86_64" && peMachine(image) === machineIa32) throw onlyIa32();
  if (peSections(image).length > 0) return { release, bytes: undefined };
  // arm64 kernels often come gzipped.
  const inner = image[0] === 0x1f && image[1] === 0x8b ? unpacked(image) : undefined;
  if (inner && peSections(inner).length > 0) return { release, bytes: inner };
  const bits = arch === "x86_64" && image.length > 0x236 && (image.readUInt16LE(0x236) & 1) === 0;
  throw new Failure(
    "kernel-without-efi",
    bits
      ? "The image's kernel is a 32-bit one without an EFI stub, so UEFI cannot start it."
      : "The image's kernel has no EFI stub, so UEFI cannot start it.",
    {
      advice:
        "Configure it with CONFIG_EFI=y and CONFIG_EFI_STUB=y (and 64-bit, CONFIG_64BIT=y), or take a distribution's kernel.",
    },
  );
}
