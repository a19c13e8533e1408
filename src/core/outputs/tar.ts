import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { compressField, compressionOf, extensionOf, levelField } from "./compress/compression.ts";
import { baseName } from "./fileNames.ts";
import { defineOutput } from "./output.ts";

const usualCompression = "none";

const parameters = Type.Object(
  { compress: Type.Optional(compressField(usualCompression)), level: Type.Optional(levelField()) },
  { additionalProperties: false, description: "The whole image as a tar archive." },
);

export const tar = defineOutput({
  kind: "tar",
  version: 1,
  icon: "file-zip",
  summary: "A tar (pax) of the image with owners, modes, devices and attributes, sorted by path.",
  parameters,
  example: "{ compress: zstd }",
  async apply(given, context) {
    const compression = compressionOf(given, usualCompression, context);
    const [{ treeTar }, { compressTo }] = await Promise.all([
      import("../tree/writeTar.ts"),
      import("./compress/compressTo.ts"),
    ]);
    const path = join(await context.scratch(), "tar");
    const total = context.tree.entries.length;
    const content = treeTar(context.tree, {
      signal: context.signal,
      onProgress: entries => context.progress(entries, total, "entries"),
    });
    await compressTo(context.host, compression, content, path, { signal: context.signal });
    const fileName = `${baseName(context, "tar")}.tar${extensionOf(compression.method)}`;
    return [{ role: "image", fileName, path }];
  },
});
