import { type Static, Type } from "@sinclair/typebox";
import { choiceField, hostPathField, imagePathField } from "../../recipe/fields.ts";
import { compressField, levelField } from "../compress/compression.ts";
import { packField } from "../compress/packField.ts";
import { driversField } from "../initrd/initrdFields.ts";
import { usualCmdlines } from "../usualCmdlines.ts";

export const usualCompression = "zstd";

/** ISO 9660 calls these d-characters. */
export const mostVolumeIdLength = 32;

const elTorito = Type.Object(
  {
    image: Type.Optional(hostPathField({ description: "The boot image, a file relative to the recipe." })),
    from_tree: Type.Optional(imagePathField({ description: "The boot image, a file of the tree." })),
    platform: Type.Optional(
      choiceField(["bios", "uefi"], {
        description: "Which firmware starts it.",
        default: "bios",
        enumDescriptions: [
          "A program that a BIOS loads and runs.",
          "An image of a FAT file system with an EFI program in it.",
        ],
      }),
    ),
    load_size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description:
          "How much of the image a BIOS loads, in sectors of 512 bytes. For UEFI it is always all of it.",
        default: 4,
      }),
    ),
    boot_info_table: Type.Optional(
      Type.Boolean({
        description:
          "Write into bytes 8 to 63 of the image where on the ISO it lies, as most loaders for a BIOS expect.",
        default: false,
      }),
    ),
  },
  { additionalProperties: false, description: "A boot image of the system's own (El Torito, no emulation)." },
);

const archive = Type.Object(
  {
    file: Type.Optional(
      hostPathField({ description: "The finished archive, a file relative to the recipe." }),
    ),
    from_tree: Type.Optional(
      imagePathField({
        description: "A file of the tree that is the archive, or a folder of it that becomes one (cpio).",
        examples: ["/", "/root"],
      }),
    ),
    as: imagePathField({
      description: "Where the loader looks for it on the ISO.",
      examples: ["/platform/i86pc/amd64/boot_archive"],
    }),
    format: Type.Optional(
      choiceField(["odc", "newc"], {
        description: "Kind of cpio that a folder becomes.",
        default: "odc",
        enumDescriptions: ["The portable one of POSIX; illumos reads it.", "The one that Linux reads."],
      }),
    ),
    compress: Type.Optional(compressField("none")),
    level: Type.Optional(levelField()),
  },
  {
    additionalProperties: false,
    description:
      "The root that the system's own loader puts into memory. What is in it does not lie on the ISO again.",
  },
);

/** Parameters of the `iso` output. */
export const isoParameters = Type.Object(
  {
    pack: Type.Optional(packField()),
    firmware: Type.Optional(
      Type.Array(choiceField(["bios", "uefi"], { description: "A firmware." }), {
        minItems: 1,
        uniqueItems: true,
        description:
          "What can start the ISO, from a CD and from a USB stick. Default: both, on aarch64 uefi alone.",
        examples: [["bios", "uefi"], ["bios"]],
      }),
    ),
    root: Type.Optional(
      choiceField(["initramfs", "squashfs"], {
        description: "Where the system lies while it runs.",
        default: "initramfs",
        enumDescriptions: [
          "Whole in memory, unpacked at boot: the medium can be taken out.",
          "On the medium, compressed, and read as needed; what is written goes to memory.",
        ],
      }),
    ),
    drivers: Type.Optional(
      driversField("With root: squashfs alone, and by default any; a root in memory needs none."),
    ),
    cmdline: Type.Optional(
      Type.String({
        pattern: "^[^\\r\\n]*$",
        patternErrorMessage: "one line",
        description: "The kernel's command line. `rdinit=` is added where the image has no /init.",
        default: usualCmdlines.x86_64,
        examples: ["quiet", "console=ttyS0"],
      }),
    ),
    volume_id: Type.Optional(
      Type.String({
        pattern: `^[A-Z0-9_]{1,${mostVolumeIdLength}}$`,
        patternErrorMessage: `1 to ${mostVolumeIdLength} of the characters A-Z, 0-9 and _`,
        description:
          "Name of the volume, by which systems show and find it: up to 32 of A-Z, 0-9 and _. Default: made of the recipe's name.",
        examples: ["BOOTS"],
      }),
    ),
    timeout: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3600,
        description:
          "Seconds that a boot menu waits for somebody who wants to change the command line; 0 boots at once, without a menu.",
        default: 0,
      }),
    ),
    label: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9 ._+():,/-]{1,60}$",
        patternErrorMessage: "1 to 60 letters, digits, spaces or . _ + ( ) : , / -",
        description: "What the boot menu calls the system. Default: the recipe's name and version.",
      }),
    ),
    compress: Type.Optional(compressField(usualCompression)),
    level: Type.Optional(levelField()),
    el_torito: Type.Optional(
      Type.Union([elTorito, Type.Array(elTorito, { minItems: 1, maxItems: 2 })], {
        description:
          "For systems that bring their own loader: the ISO then holds the files of the tree and boots this image. A list gives one for each firmware.",
      }),
    ),
    archive: Type.Optional(archive),
    files: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description:
          "With el_torito: patterns of the files of the tree that lie on the ISO. Default: all that the archive does not hold.",
        examples: [["/boot/**", "/platform/**"]],
      }),
    ),
  },
  { additionalProperties: false, description: "The whole image on a CD that is also a USB stick." },
);

export type IsoParameters = Static<typeof isoParameters>;
export type ElTorito = Static<typeof elTorito>;
