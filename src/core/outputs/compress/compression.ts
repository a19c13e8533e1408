import { Type } from "@sinclair/typebox";
import { choiceField } from "../../recipe/fields.ts";
import type { Place } from "../../stages/stage.ts";

export const compressionMethods = ["gzip", "xz", "zstd", "none"] as const;
export type CompressionMethod = (typeof compressionMethods)[number];

/** How to compress: a method and, unless it is `none`, one of its levels. */
export type Compression =
  | { readonly method: "none" }
  | { readonly method: Exclude<CompressionMethod, "none">; readonly level: number };

interface MethodFacts {
  readonly extension: string;
  readonly lowest: number;
  readonly highest: number;
  readonly usual: number;
}

const facts: Readonly<Record<Exclude<CompressionMethod, "none">, MethodFacts>> = {
  gzip: { extension: ".gz", lowest: 1, highest: 9, usual: 9 },
  xz: { extension: ".xz", lowest: 0, highest: 9, usual: 6 },
  // 19 gives 10 % less than 12 and takes ten times as long: too long for a default between an edit and a boot.
  zstd: { extension: ".zst", lowest: 1, highest: 19, usual: 12 },
};

/** The field `compress` of an output. */
export const compressField = (usual: CompressionMethod) =>
  choiceField(compressionMethods, {
    description: "How the file is compressed.",
    default: usual,
    enumDescriptions: [
      "Read by every kernel; 64 KiB of memory to unpack.",
      "Smallest; slow to write and to unpack.",
      "Nearly as small as xz and unpacked several times faster.",
      "Not at all.",
    ],
  });

/** The field `level` of an output with compressField(). */
export const levelField = () =>
  Type.Integer({
    minimum: 0,
    maximum: 19,
    description:
      "Effort: gzip 1 to 9 (default 9), xz 0 to 9 (default 6), zstd 1 to 19 (default 12). A higher level also " +
      "needs more memory to unpack, up to the size of the content: at most 8 MiB for zstd 19 and xz 6, 64 MiB for xz 9.",
  });

/**
 * Checks the two fields together.
 * @throws Failure `bad-level`, at `level`, when the method has no such level.
 */
export function compressionOf(
  parameters: { readonly compress?: CompressionMethod; readonly level?: number },
  usual: CompressionMethod,
  place: Place,
): Compression {
  const method = parameters.compress ?? usual;
  const level = parameters.level;
  if (method === "none") {
    if (level === undefined) return { method };
    throw place.fail("bad-level", "There is no level where nothing is compressed.", {
      at: ["level"],
      advice: "Remove level, or choose another compress.",
    });
  }
  const { lowest, highest, usual: usualLevel } = facts[method];
  if (level !== undefined && (level < lowest || level > highest)) {
    throw place.fail("bad-level", `${method} has no level ${level}.`, {
      at: ["level"],
      advice: `Write a level from ${lowest} to ${highest}.`,
    });
  }
  return { method, level: level ?? usualLevel };
}

/** File name extension with its dot; "" for none. */
export function extensionOf(method: CompressionMethod): string {
  return method === "none" ? "" : facts[method].extension;
}
