import { type Static, Type } from "@sinclair/typebox";
import { choiceField } from "../recipe/fields.ts";
import { fileSystemUuidField, withUuids } from "./givenUuids.ts";
import { driversField, initrdField } from "./initrd/initrdFields.ts";
import { defineOutput } from "./output.ts";
import { bootReadOnly } from "./readOnlyRoot/bootReadOnly.ts";
import { overlayField, usualDrivers } from "./readOnlyRoot/overlayField.ts";

const parameters = Type.Object(
  {
    compress: Type.Optional(
      choiceField(["lz4hc", "lz4", "none"], {
        description: "How the content is compressed.",
        default: "lz4hc",
        enumDescriptions: [
          "Smallest; read as fast as lz4.",
          "Larger, and written faster.",
          "Not at all: read fastest, and mapped straight from memory where the machine can.",
        ],
      }),
    ),
    clusterSize: Type.Optional(
      choiceField(["4K", "16K", "64K"], {
        description:
          "Bytes on the disk that are compressed content belonging together (16K = 16 KiB). More makes the image smaller and needs Linux 5.13.",
        default: "16K",
      }),
    ),
    uuid: fileSystemUuidField(),
    overlay: Type.Optional(overlayField()),
    initrd: Type.Optional(initrdField()),
    drivers: Type.Optional(driversField(usualDrivers)),
  },
  {
    additionalProperties: false,
    description: "The whole image as an erofs: read-only, larger than a squashfs and faster to read.",
  },
);

export type ErofsParameters = Static<typeof parameters>;

export const erofs = defineOutput({
  kind: "erofs",
  version: 2,
  icon: "zap",
  summary: "A fast read-only file system; boots with a kernel and an initrd beside it, writing to memory.",
  parameters,
  example: "{ compress: lz4hc }",
  async apply(given, context) {
    const { makeErofs } = await import("./erofs/makeErofs.ts");
    return makeErofs(given, withUuids(given.uuid === undefined ? {} : { root: given.uuid }, context));
  },
  boot: (given, files, firmware) => bootReadOnly("erofs", given.overlay ?? true, files, firmware),
});
