import { type Static, Type } from "@sinclair/typebox";
import { choiceField } from "../recipe/fields.ts";
import { driversField, initrdField } from "./initrd/initrdFields.ts";
import { defineOutput } from "./output.ts";
import { bootReadOnly } from "./readOnlyRoot/bootReadOnly.ts";
import { overlayField, usualDrivers } from "./readOnlyRoot/overlayField.ts";

const parameters = Type.Object(
  {
    compress: Type.Optional(
      choiceField(["zstd", "xz", "gzip", "lz4"], {
        description: "How the content is compressed; the kernel must be able to read it.",
        default: "zstd",
        enumDescriptions: [
          "Small, and read several times faster than xz.",
          "Smallest, above all with blockSize 1M; slow to read.",
          "Read by every kernel with squashfs.",
          "Largest, and read fastest.",
        ],
      }),
    ),
    level: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 22,
        description:
          "Effort: zstd 1 to 22 (default 15), xz 0 to 9 (default 6), gzip 1 to 9 (default 9); lz4 has none.",
      }),
    ),
    blockSize: Type.Optional(
      choiceField(["64K", "128K", "256K", "512K", "1M"], {
        description:
          "Bytes that are compressed together (128K = 128 KiB). More makes the image smaller, and each read takes more time and memory.",
        default: "128K",
      }),
    ),
    overlay: Type.Optional(overlayField()),
    initrd: Type.Optional(initrdField()),
    drivers: Type.Optional(driversField(usualDrivers)),
  },
  {
    additionalProperties: false,
    description: "The whole image as a squashfs: compressed, read-only, read piece by piece while it runs.",
  },
);

export type SquashfsParameters = Static<typeof parameters>;

export const squashfs = defineOutput({
  kind: "squashfs",
  version: 2,
  icon: "archive",
  summary: "A compressed file system; boots with a kernel and an initrd beside it, writing to memory.",
  parameters,
  example: "{ compress: zstd }",
  async apply(given, context) {
    const { makeSquashfs } = await import("./squashfs/makeSquashfs.ts");
    return makeSquashfs(given, context);
  },
  boot: (given, files, firmware) => bootReadOnly("squashfs", given.overlay ?? true, files, firmware),
});
