import { closeSync, openSync, readSync } from "node:fs";
import { Failure } from "../failure.ts";
import type { BootDrive, BootMedia, FirmwareKind } from "../outputs/output.ts";
import { hasEfiPartition } from "./gpt.ts";
import { peSections } from "./peSections.ts";

interface Mark {
  readonly at: number;
  readonly bytes: string | readonly number[];
}

const diskFormats: readonly (Mark & { readonly format: BootDrive["format"] })[] = [
  { format: "qcow2", at: 0, bytes: [0x51, 0x46, 0x49, 0xfb] },
  { format: "vmdk", at: 0, bytes: "KDMV" },
  { format: "vhdx", at: 0, bytes: "vhdxfile" },
  { format: "vdi", at: 64, bytes: [0x7f, 0x10, 0xda, 0xbe] },
];

// What people are likely to name by mistake.
const others: readonly (Mark & { readonly what: string })[] = [
  { what: "a gzip file", at: 0, bytes: [0x1f, 0x8b] },
  { what: "a zstd file", at: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: "an xz file", at: 0, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { what: "a cpio archive", at: 0, bytes: "070701" },
  { what: "a Linux kernel", at: 0x202, bytes: "HdrS" },
  { what: "a tar archive", at: 257, bytes: "ustar" },
];

// Sector 16 of a CD begins with its first volume descriptor.
const isoMark: Mark = { at: 16 * 2048 + 1, bytes: "CD001" };
const headBytes = isoMark.at + 5;
const mbrCodeBytes = 440;

/**
 * How an image that somebody made, perhaps with another tool, is booted by itself: a disk, a CD or an EFI program,
 * told apart by the first bytes.
 * @param wanted the firmware asked for; else BIOS, but UEFI for an EFI program and for a raw disk that has an EFI
 * partition and no boot code for a BIOS
 * @throws Failure `not-a-disk-image` when it is something else, or has no boot sector
 */
export function imageMedia(path: string, wanted?: FirmwareKind): BootMedia {
  const head = readHead(path);
  if (peSections(head).includes(".linux")) {
    return { kernel: path, drives: [], cmdline: [], firmware: "uefi" };
  }
  const disk = diskFormats.find(mark => carries(head, mark));
  if (disk) return media({ path, format: disk.format }, wanted ?? "bios");
  if (carries(head, isoMark)) return media({ path, format: "raw", as: "cdrom" }, wanted ?? "bios");
  const other = others.find(mark => carries(head, mark));
  if (other) {
    throw new Failure("not-a-disk-image", `${path} is ${other.what}, which no machine can start by itself.`, {
      advice: "Boot the recipe that made it, or name a disk image, an ISO or a unified kernel image.",
    });
  }
  if (!carries(head, { at: 510, bytes: [0x55, 0xaa] })) {
    throw new Failure("not-a-disk-image", `${path} has no boot sector, so no firmware can start it.`, {
      advice: "If a recipe made it, boot the recipe: it knows the kernel that belongs to this disk.",
    });
  }
  const forUefi = head.subarray(0, mbrCodeBytes).every(byte => byte === 0) && hasEfiPartition(head);
  return media({ path, format: "raw" }, wanted ?? (forUefi ? "uefi" : "bios"));
}

function media(drive: BootDrive, firmware: FirmwareKind): BootMedia {
  return { drives: [drive], cmdline: [], firmware };
}

function readHead(path: string): Buffer {
  const head = Buffer.alloc(headBytes);
  const file = openSync(path, "r");
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

function carries(head: Buffer, { at, bytes }: Mark): boolean {
  const wanted = typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes);
  return head.subarray(at, at + wanted.length).equals(wanted);
}
