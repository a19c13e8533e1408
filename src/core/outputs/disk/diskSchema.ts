import { type Static, Type } from "@sinclair/typebox";
import { choiceField, sizeField } from "../../recipe/fields.ts";
import { sizePattern } from "../../recipe/size.ts";

/** What a superblock has room for. */
export const mostLabelBytes = 16;

/** Parameters of the `disk` output. */
export const diskParameters = Type.Object(
  {
    format: Type.Optional(
      choiceField(["raw", "qcow2"], {
        description: "Format of the image file.",
        default: "raw",
        enumDescriptions: [
          "The bytes of the disk as they are; stretches of zeros take no space on the host.",
          "QEMU's own: as short as its content, and compressed on demand.",
        ],
      }),
    ),
    filesystem: Type.Optional(
      choiceField(["ext4"], {
        description: "File system on the whole disk, without partitions.",
        default: "ext4",
      }),
    ),
    size: Type.Optional(
      Type.String({
        pattern: `^auto$|${sizePattern}`,
        patternErrorMessage: "auto, or a size such as 64M (= 64 MiB) or 1G",
        description:
          "Size of the disk, such as `64M` (= 64 MiB); `auto` is the smallest that leaves `free` free.",
        default: "auto",
      }),
    ),
    free: Type.Optional(
      sizeField({
        description: "Space left for new files where size is auto, such as `16M` (= 16 MiB).",
        default: "16M",
      }),
    ),
    label: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: mostLabelBytes,
        description: "Name of the file system, at most 16 bytes; none by default.",
      }),
    ),
    journal: Type.Optional(
      Type.Boolean({
        description:
          "Keep a journal, so that pulling the plug damages nothing. It takes 4 MiB (16 MiB from 128 MiB on).",
        default: true,
      }),
    ),
    compress: Type.Optional(
      Type.Boolean({ description: "Compress the content of a qcow2 image (zlib).", default: false }),
    ),
  },
  { additionalProperties: false, description: "The whole image as a disk with an ext4 root." },
);

export type DiskParameters = Static<typeof diskParameters>;
