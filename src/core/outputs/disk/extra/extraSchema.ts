import { type Static, Type } from "@sinclair/typebox";
import { choiceField, imagePathField, sizeField } from "../../../recipe/fields.ts";
import { sizePattern } from "../../../recipe/size.ts";

/** A partition beside those that the disk needs by itself. */
export const extraPartition = Type.Object(
  {
    label: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,15}$",
      patternErrorMessage: "up to 16 letters, digits, dots, dashes and underscores",
      description:
        "Name of the partition and its file system; vfat takes 11 characters without dots, and makes them capitals.",
      examples: ["home", "data"],
    }),
    filesystem: Type.Optional(
      choiceField(["ext4", "btrfs", "vfat", "swap", "none"], {
        description: "What the partition holds.",
        default: "ext4",
        enumDescriptions: [
          "With a journal.",
          "With checksums of all content. BusyBox finds one below 65 MiB by no UUID or label.",
          "FAT: every system reads it. It keeps no owners, modes or links.",
          "Memory that is written out.",
          "Zeros.",
        ],
      }),
    ),
    size: Type.Optional(
      Type.String({
        pattern: `^auto$|${sizePattern}`,
        patternErrorMessage: "auto, or a size such as 64M (= 64 MiB) or 1G",
        description: "Size of the partition; `auto` is the smallest that leaves `free` free.",
        default: "auto",
      }),
    ),
    free: Type.Optional(
      sizeField({ description: "Space left for new files where size is auto.", default: "16M" }),
    ),
    from: Type.Optional(
      imagePathField({
        description:
          "Folder of the image whose content goes onto this partition instead of the root. Default: the file system is empty.",
        examples: ["/home"],
      }),
    ),
    mount: Type.Optional(
      imagePathField({
        description:
          "Where the image mounts it: a line in the /etc/fstab on the disk, unless that has one for this place. Default: `from`.",
        examples: ["/home"],
      }),
    ),
  },
  { additionalProperties: false, description: "A partition of its own." },
);

export type ExtraParameters = Static<typeof extraPartition>;

/** The field `extra`. */
export const extraField = () =>
  Type.Array(extraPartition, {
    minItems: 1,
    description:
      "More partitions, before the root in this order; each with a fixed UUID, and a GPT type that says what it is for.",
    examples: [[{ label: "home", from: "/home", free: "64M" }]],
  });
