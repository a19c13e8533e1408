import type { ImageFile } from "../../../shared/inspection.ts";

const codeBytes = 440;

/** Whose program the first sector of a disk holds; undefined when there is none. */
export function bootCodeOf(head: Buffer): string | undefined {
  if (head.length < 512 || head.readUInt16LE(510) !== 0xaa55) return undefined;
  const code = head.subarray(0, codeBytes);
  if (code.every(byte => byte === 0)) return undefined;
  const text = code.toString("latin1");
  if (text.includes("GRUB")) return "GRUB";
  if (text.includes("isolinux")) return "ISOLINUX";
  if (/SYSLINUX|EXTLINUX/.test(text)) return "Syslinux";
  if (/Missing operating system|Operating system load error/.test(text))
    return "generic boot code, which starts the active partition";
  return "boot code";
}

const fallback = /^\/EFI\/BOOT\/BOOT[A-Z0-9]+\.EFI$/i;

/** Whether UEFI finds a program to start without having been told of it. */
export function startsByUefi(programs: readonly ImageFile[]): boolean {
  return programs.some(({ path }) => fallback.test(path));
}
