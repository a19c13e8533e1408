import { Type } from "@sinclair/typebox";
import { bootKernel } from "./bootKernel.ts";
import { compressField, compressionOf, levelField } from "./compress/compression.ts";
import { defineOutput } from "./output.ts";

const usualCompression = "zstd";

const parameters = Type.Object(
  { compress: Type.Optional(compressField(usualCompression)), level: Type.Optional(levelField()) },
  {
    additionalProperties: false,
    description: "The whole image as a file that the kernel unpacks into memory.",
  },
);

export const initramfs = defineOutput({
  kind: "initramfs",
  version: 2,
  icon: "package",
  summary: "Boots from memory: the kernel unpacks it and runs /init. The kernel lies beside it, not in it.",
  parameters,
  example: "{ compress: zstd }",
  async apply(given, context) {
    const compression = compressionOf(given, usualCompression, context);
    const { makeInitramfs } = await import("./initramfs/makeInitramfs.ts");
    return makeInitramfs(compression, context);
  },
  boot(_given, files, firmware) {
    const image = files.find(file => file.role === "image");
    const cmdline = image?.cmdline ?? [];
    return { kernel: bootKernel(files), initrd: image?.path, drives: [], cmdline, firmware };
  },
});
