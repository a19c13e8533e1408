import type { BootDrive } from "../../outputs/output.ts";

/** Enough of an image's beginning for all that is told by marks, and for what a machine's programs begin with. */
export const headBytes = 128 * 1024;

interface Mark {
  readonly at: number;
  readonly bytes: string | readonly number[];
}

const formats: readonly (Mark & { readonly format: BootDrive["format"] })[] = [
  { format: "qcow2", at: 0, bytes: [0x51, 0x46, 0x49, 0xfb] },
  { format: "vmdk", at: 0, bytes: "KDMV" },
  { format: "vmdk", at: 0, bytes: "# Disk DescriptorFile" },
  { format: "vhdx", at: 0, bytes: "vhdxfile" },
  { format: "vdi", at: 64, bytes: [0x7f, 0x10, 0xda, 0xbe] },
];

/** Sector 16 of a CD begins with its first volume descriptor. */
const cdMark: Mark = { at: 16 * 2048 + 1, bytes: "CD001" };

export interface Stranger {
  readonly what: string;
  readonly advice: string;
}

const unpackFirst = (command: string) => `Unpack it first: ${command}`;
const initramfsAdvice =
  "If it is an initramfs, boot the kernel that belongs to it: whittle boot KERNEL --initrd FILE";

// What people are likely to name by mistake.
const strangers: readonly (Mark & Stranger)[] = [
  {
    what: "a gzip file",
    at: 0,
    bytes: [0x1f, 0x8b],
    advice: `${unpackFirst("gzip -dk FILE")}. ${initramfsAdvice}`,
  },
  {
    what: "a zstd file",
    at: 0,
    bytes: [0x28, 0xb5, 0x2f, 0xfd],
    advice: `${unpackFirst("zstd -d FILE")}. ${initramfsAdvice}`,
  },
  {
    what: "an xz file",
    at: 0,
    bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
    advice: `${unpackFirst("xz -dk FILE")}. ${initramfsAdvice}`,
  },
  { what: "a bzip2 file", at: 0, bytes: "BZh", advice: unpackFirst("bzip2 -dk FILE") },
  { what: "a zip archive", at: 0, bytes: "PK\x03\x04", advice: unpackFirst("unzip FILE") },
  { what: "a cpio archive", at: 0, bytes: "07070", advice: initramfsAdvice },
  {
    what: "a tar archive",
    at: 257,
    bytes: "ustar",
    advice:
      "A tar holds files, not a disk: make a disk of it with a recipe that has an `archive` stage. If it is an OVA, unpack it (tar -xf) and boot the .vmdk in it.",
  },
  {
    what: "an image of Virtual PC (VHD)",
    at: 0,
    bytes: "conectix",
    advice: "Convert it first: qemu-img convert -O qcow2 FILE disk.qcow2",
  },
];

const fileSystems: readonly (Mark & { readonly name: string })[] = [
  { name: "ext2, ext3 or ext4", at: 1080, bytes: [0x53, 0xef] },
  { name: "squashfs", at: 0, bytes: "hsqs" },
  { name: "erofs", at: 1024, bytes: [0xe2, 0xe1, 0xf5, 0xe0] },
  { name: "XFS", at: 0, bytes: "XFSB" },
  { name: "btrfs", at: 65_600, bytes: "_BHRfS_M" },
  { name: "F2FS", at: 1024, bytes: [0x10, 0x20, 0xf5, 0xf2] },
  { name: "NTFS", at: 3, bytes: "NTFS    " },
  { name: "FAT", at: 54, bytes: "FAT" },
  { name: "FAT", at: 82, bytes: "FAT32" },
  { name: "swap", at: 4086, bytes: "SWAPSPACE2" },
  { name: "LUKS", at: 0, bytes: "LUKS\xba\xbe" },
];

/** The format of a disk image; undefined for bytes that may be the disk themselves. */
export function diskFormat(head: Buffer): BootDrive["format"] | undefined {
  return formats.find(mark => carries(head, mark))?.format;
}

export function isCd(head: Buffer): boolean {
  return carries(head, cdMark);
}

/** What a file is that no machine can start. */
export function stranger(head: Buffer): Stranger | undefined {
  return strangers.find(mark => carries(head, mark));
}

/** The name of the file system that takes the whole of a disk. */
export function fileSystem(head: Buffer): string | undefined {
  return fileSystems.find(mark => carries(head, mark))?.name;
}

function carries(head: Buffer, { at, bytes }: Mark): boolean {
  const wanted = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : Buffer.from(bytes);
  return head.subarray(at, at + wanted.length).equals(wanted);
}
