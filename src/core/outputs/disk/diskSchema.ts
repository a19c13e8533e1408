import { type Static, Type } from "@sinclair/typebox";
import { choiceField, sizeField } from "../../recipe/fields.ts";
import { sizePattern } from "../../recipe/size.ts";
import { packField } from "../compress/packField.ts";
import { diskUuidField } from "../givenUuids.ts";
import { driversField, initrdField } from "../initrd/initrdFields.ts";
import { usualCmdlines } from "../usualCmdlines.ts";
import { extraField } from "./extra/extraSchema.ts";

/** What a superblock has room for. */
export const mostLabelBytes = 16;

/** Parameters of the `disk` output. */
export const diskParameters = Type.Object(
  {
    pack: Type.Optional(packField()),
    format: Type.Optional(
      choiceField(["raw", "qcow2", "vmdk", "vdi", "vhdx"], {
        description: "Format of the image file.",
        default: "raw",
        enumDescriptions: [
          "The bytes of the disk as they are; stretches of zeros take no space on the host.",
          "QEMU's own: as short as its content, and compressed on demand.",
          "VMware's; with compress the stream-optimized kind that an OVA holds.",
          "VirtualBox's.",
          "Hyper-V's.",
        ],
      }),
    ),
    filesystem: Type.Optional(
      choiceField(["ext4", "ext3", "ext2", "btrfs", "squashfs", "erofs"], {
        description: "File system of the root.",
        default: "ext4",
        enumDescriptions: [
          "For all but very old systems.",
          "What systems before 2008 read; with a journal.",
          "Older still; without a journal, and so 4 MiB or more smaller.",
          "With checksums of all content, and snapshots once it runs.",
          "Compressed with zstd and never changed; the smallest disk.",
          "Compressed with lz4 and never changed; larger than a squashfs and faster to read.",
        ],
      }),
    ),
    overlay: Type.Optional(
      Type.Boolean({
        description:
          "When booted, keep what is written to the root in memory, over a root that stays as it is; it is gone after a restart. Default: true for squashfs and erofs, else false.",
      }),
    ),
    size: Type.Optional(
      Type.String({
        pattern: `^auto$|${sizePattern}`,
        patternErrorMessage: "auto, or a size such as 64M (= 64 MiB) or 1G",
        description:
          "Size of the whole disk, such as `64M` (= 64 MiB); `auto` is the smallest that leaves `free` free.",
        default: "auto",
      }),
    ),
    free: Type.Optional(
      sizeField({
        description: "Space left for new files on the root where size is auto, such as `16M` (= 16 MiB).",
        default: "16M",
      }),
    ),
    label: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: mostLabelBytes,
        description: "Name of the root's file system, at most 16 bytes; none by default.",
      }),
    ),
    uuid: diskUuidField(),
    journal: Type.Optional(
      Type.Boolean({
        description:
          "Keep a journal, so that pulling the plug damages nothing. It takes 4 MiB (16 MiB from 128 MiB on).",
        default: true,
      }),
    ),
    compress: Type.Optional(
      Type.Union([Type.Boolean(), choiceField(["zlib", "zstd"], { description: "A method." })], {
        description:
          "Compress the content of a qcow2 or vmdk image. `true` is zlib, which everything reads. zstd (qcow2 alone, and QEMU 5.1 of 2020 to read it) is several times faster to write; large systems get a little smaller with it, small ones larger.",
        default: false,
      }),
    ),
    firmware: Type.Optional(
      choiceField(["none", "bios", "uefi", "both"], {
        description: "What can start the disk by itself, from nothing but the file.",
        default: "none",
        enumDescriptions: [
          "Nothing: the kernel (and an initrd where it needs one) lies beside the disk, for QEMU's -kernel.",
          "A PC's BIOS, which is what QEMU and VirtualBox have unless told otherwise.",
          "UEFI.",
          "Either.",
        ],
      }),
    ),
    bootloader: Type.Optional(
      choiceField(["auto", "grub", "syslinux", "uki", "systemd-boot"], {
        description: "What the firmware starts, taken out of Debian's package. It shows no menu.",
        default: "auto",
        enumDescriptions: [
          "The one that makes the smallest disk: GRUB, which takes the kernel from the root's /boot.",
          "GRUB, for BIOS and UEFI; takes the kernel from the root's /boot, or where it cannot read the root a copy on a FAT partition.",
          "Syslinux, for BIOS; a copy of the kernel lies on a FAT partition.",
          "Systemd's stub with kernel, initrd and command line in one EFI program; no loader at all.",
          "Systemd's boot menu, for UEFI; a copy of the kernel lies on the EFI partition.",
        ],
      }),
    ),
    partitions: Type.Optional(
      choiceField(["none", "mbr", "gpt"], {
        description:
          "Kind of partition table; the root is the last partition, so that it can grow. Default: none, with `firmware: bios` mbr, with UEFI gpt.",
        enumDescriptions: [
          "The file system takes the whole disk.",
          "Up to 2 TiB, read by everything.",
          "Of any size, with names; written twice.",
        ],
      }),
    ),
    cmdline: Type.Optional(
      Type.String({
        pattern: "^[^\\r\\n]*$",
        patternErrorMessage: "one line",
        description:
          "With a firmware: the kernel's command line. `root=` and `rootfstype=` are put before it.",
        default: usualCmdlines.x86_64,
        examples: ["quiet", "console=ttyS0"],
      }),
    ),
    initrd: Type.Optional(initrdField()),
    drivers: Type.Optional(
      driversField(
        "Default: with a firmware any for a raw disk and virtual for the other formats; without one QEMU with a virtio disk.",
      ),
    ),
    swap: Type.Optional(
      sizeField({
        description:
          "Size of a swap partition, such as `256M`, which the /etc/fstab on the disk switches on; none by default.",
      }),
    ),
    extra: Type.Optional(extraField()),
  },
  {
    additionalProperties: false,
    description: "The whole image as a disk, for a virtual machine or a stick.",
  },
);

export type DiskParameters = Static<typeof diskParameters>;
export type DiskFormat = NonNullable<DiskParameters["format"]>;
