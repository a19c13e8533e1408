import type { DiskReport, EfiReport, IsoReport } from "../../../src/shared/inspection.ts";

const MiB = 1024 * 1024;

const section = (name: string, size: number, text?: string) => ({
  name,
  size,
  sha256: "0".repeat(64),
  ...(text === undefined ? {} : { text }),
});

export const uki: EfiReport = {
  result: "inspect",
  kind: "uki",
  path: "/w/out/boots/boots-1.0.efi",
  bytes: 16 * MiB,
  firmware: ["uefi"],
  processor: "x64",
  signed: true,
  signers: [{ subject: "CN=My key", issuer: "CN=My key", validTo: "Jan  1 2036 GMT", fingerprint: "AB:CD" }],
  sections: [
    section(".text", 40_000),
    section(".data", 10_000),
    section(".osrel", 60, 'NAME=boots\nPRETTY_NAME="Boots 1.0"'),
    section(".cmdline", 24, "quiet rdinit=/sbin/init"),
    section(".uname", 6, "6.1.0"),
    section(".linux", 13 * MiB),
    section(".initrd", 2 * MiB),
  ],
};

export const disk: DiskReport = {
  result: "inspect",
  kind: "disk",
  path: "/w/out/boots/boots.qcow2",
  bytes: 20 * MiB,
  firmware: ["bios", "uefi"],
  format: "qcow2",
  diskBytes: 45 * MiB,
  takenBytes: 20 * MiB,
  table: "gpt",
  bootCode: "GRUB",
  partitions: [
    {
      number: 1,
      type: "EFI system",
      name: "efi",
      uuid: "33221100-5544-7766-8899-aabbccddeeff",
      active: false,
      start: MiB,
      bytes: 2 * MiB,
      fileSystem: {
        type: "FAT12",
        uuid: "E42A-BF24",
        bytes: 2 * MiB,
        programs: [{ path: "/EFI/BOOT/BOOTX64.EFI", bytes: 4096 }],
      },
    },
    {
      number: 2,
      type: "Linux",
      name: "root",
      active: false,
      start: 3 * MiB,
      bytes: 41 * MiB,
      fileSystem: { type: "ext4", label: "root", bytes: 41 * MiB, freeBytes: MiB },
    },
  ],
};

export const fileSystem: DiskReport = {
  ...disk,
  path: "/w/out/boots/boots.img",
  format: "raw",
  bytes: 45 * MiB,
  table: "none",
  bootCode: undefined,
  firmware: [],
  partitions: [],
  fileSystem: { type: "ext4", bytes: 44 * MiB, freeBytes: 10 * MiB },
};

export const iso: IsoReport = {
  result: "inspect",
  kind: "iso",
  path: "/w/out/boots/boots.iso",
  bytes: 17 * MiB,
  firmware: ["bios", "uefi"],
  volumeId: "BOOTS",
  extensions: ["Rock Ridge"],
  madeWith: "XORRISO",
  bootEntries: [
    {
      firmware: "bios",
      bootable: true,
      emulation: "none",
      start: 118 * 1024,
      loadBytes: 2048,
      file: "/isolinux/isolinux.bin",
      programs: [],
    },
    {
      firmware: "uefi",
      bootable: true,
      emulation: "none",
      start: 276 * 1024,
      loadBytes: 256 * 1024,
      file: "/boot/efi.img",
      programs: [{ path: "/EFI/BOOT/BOOTX64.EFI", bytes: 248 * 1024 }],
    },
  ],
  table: "mbr",
  bootCode: "ISOLINUX",
  partitions: [],
  files: [
    { path: "/boot/vmlinuz", bytes: 13 * MiB },
    { path: "/boot/initrd", bytes: 2 * MiB },
    { path: "/boot/efi.img", bytes: 256 * 1024 },
    { path: "/isolinux/isolinux.bin", bytes: 38 * 1024 },
  ],
  filesCut: false,
};

export const reports = { uki, disk, fileSystem, iso };
