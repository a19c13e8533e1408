import { closeSync, openSync, readSync } from "node:fs";
import { Failure } from "../failure.ts";

const qcow2 = [0x51, 0x46, 0x49, 0xfb];

interface OtherFormat {
  readonly what: string;
  readonly at: number;
  readonly bytes: string | readonly number[];
}

// What people are likely to name by mistake.
const others: readonly OtherFormat[] = [
  { what: "a gzip file", at: 0, bytes: [0x1f, 0x8b] },
  { what: "a zstd file", at: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: "an xz file", at: 0, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { what: "a cpio archive", at: 0, bytes: "070701" },
  { what: "a Linux kernel", at: 0x202, bytes: "HdrS" },
  { what: "a tar archive", at: 257, bytes: "ustar" },
  { what: "a VMDK image", at: 0, bytes: "KDMV" },
  { what: "a VHDX image", at: 0, bytes: "vhdxfile" },
  { what: "a VDI image", at: 64, bytes: [0x7f, 0x10, 0xda, 0xbe] },
];

/**
 * Looks at the first sectors of a disk image that is to be started by a BIOS.
 * @throws Failure `not-a-disk-image` when it is something else, or has no boot sector
 */
export function diskImageFormat(path: string): "raw" | "qcow2" {
  const head = readHead(path);
  if (starts(head, 0, qcow2)) return "qcow2";
  const other = others.find(({ at, bytes }) => starts(head, at, bytes));
  if (other) {
    throw new Failure("not-a-disk-image", `${path} is ${other.what}, not a disk image.`, {
      advice:
        "Boot the recipe that made it, or name a raw or qcow2 disk image (qemu-img convert makes one of others).",
    });
  }
  if (!starts(head, 510, [0x55, 0xaa])) {
    throw new Failure("not-a-disk-image", `${path} has no boot sector, so a BIOS cannot start it.`, {
      advice: "If a recipe made it, boot the recipe: it knows the kernel that belongs to this disk.",
    });
  }
  return "raw";
}

function readHead(path: string): Buffer {
  const head = Buffer.alloc(1024);
  const file = openSync(path, "r");
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

function starts(head: Buffer, at: number, bytes: string | readonly number[]): boolean {
  const wanted = typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes);
  return head.subarray(at, at + wanted.length).equals(wanted);
}
