import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Failure } from "../failure.ts";
import { sha256Field } from "../recipe/fields.ts";
import type { TarMember } from "../tree/tarReadMember.ts";
import { isUrl, obtainSource, sourceBytes } from "./archive/source.ts";
import type { Unpacked } from "./archive/unpack.ts";
import { defineStage, type ParameterPath, type StageContext } from "./stage.ts";

const sourceDescription =
  "Path of the archive, relative to the recipe file, or an https URL. A tar, a cpio (newc, odc; an initramfs of " +
  "several parts, too), an ISO 9660 image, a zip or a squashfs, plain or compressed (gzip, xz, zstd, bzip2, lz4, lzip, " +
  "lzma, compress); which one is seen from its bytes.";

const parameters = Type.Union([
  Type.String({ minLength: 1, description: sourceDescription }),
  Type.Object(
    {
      source: Type.String({ minLength: 1, description: sourceDescription }),
      sha256: Type.Optional(
        sha256Field({
          description: "SHA-256 of the archive as it is stored, 64 hexadecimal digits. A URL must have it.",
        }),
      ),
      strip: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 100,
          default: 0,
          description:
            "How many leading names are cut off each path; entries with no more than these are left out.",
        }),
      ),
      into: Type.Optional(
        Type.String({
          minLength: 1,
          default: "/",
          description: "Folder in the image that the entries go into.",
        }),
      ),
      partition: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 255,
          description:
            "Of a disk image: the number of the partition to take. Without this the one that looks most like a " +
            "system's root, with /etc/os-release if there is one.",
        }),
      ),
    },
    { additionalProperties: false, description: "An archive, its checksum and where its entries go." },
  ),
]);

type Parameters = Static<typeof parameters>;
type Key = "source" | "sha256" | "strip" | "into" | "partition";

/** `archive`: the entries of an archive or image, from a file or an https URL. */
export const archive = defineStage({
  kind: "archive",
  version: 1,
  icon: "file-zip",
  summary: "Unpacks an archive or image (tar, cpio, ISO, zip, squashfs) from a file or an https URL.",
  parameters,
  readsTree: false,
  example: "{ source: rootfs.tar.xz, into: / }",
  inputs(given, place) {
    const { source } = written(given);
    return isUrl(source) ? [] : [{ path: resolve(place.baseDir, source), at: placeOf(given, "source") }];
  },
  async apply(given, context) {
    const { source, sha256, strip = 0, into = "/", partition } = written(given);
    const folder = await folderInImage(into, given, context);
    let done: Unpacked;
    try {
      const path = await obtainSource(source, sha256, context);
      const { openArchive } = await import("./archive/open.ts");
      const { unpack } = await import("./archive/unpack.ts");
      const take = (members: AsyncIterable<TarMember>) =>
        unpack(members, context.layer, { strip, into: folder });
      const { findDiskImage } = await import("./archive/diskImage/expandImage.ts");
      const disk = await findDiskImage(path, context);
      if (disk) {
        const { readDiskImage } = await import("./archive/diskImage/readImage.ts");
        done = await readDiskImage(disk, partition, context, take);
      } else {
        if (partition !== undefined) throw noDiskImage(path);
        done = await take(
          openArchive(sourceBytes(path, context), context.host, context.signal, {
            path,
            scratch: () => context.scratch(),
          }),
        );
      }
    } catch (error) {
      context.signal.throwIfAborted();
      throw located(error, given, context);
    }
    report(done, strip, given, context);
  },
});

function written(given: Parameters): Exclude<Parameters, string> {
  return typeof given === "string" ? { source: given } : given;
}

function placeOf(given: Parameters, key: Key): ParameterPath {
  return typeof given !== "string" && key in given ? [key] : typeof given === "string" ? [] : ["source"];
}

async function folderInImage(into: string, given: Parameters, context: StageContext): Promise<string> {
  if (/^\/*$/.test(into)) return "";
  const { normalizePath } = await import("../tree/path.ts");
  try {
    return normalizePath(into);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw context.fail(error.code, error.message, {
      ...advice(error),
      at: placeOf(given, "into"),
      cause: error,
    });
  }
}

function report(done: Unpacked, strip: number, given: Parameters, context: StageContext): void {
  const { entries, stripped, withAcl } = done;
  if (entries === 0 && stripped > 0) {
    throw context.fail("archive-stripped-away", `With strip: ${strip} nothing is left of the archive.`, {
      advice: "Lower it: no entry lies that deep.",
      at: placeOf(given, "strip"),
    });
  }
  if (entries === 0) context.warn("The archive has no entries.", placeOf(given, "source"));
  if (withAcl > 0) {
    context.warn(
      `${withAcl} entries of the archive have POSIX access control lists, which the image will not have.`,
      placeOf(given, "source"),
    );
  }
  context.log(`${entries} entries${stripped > 0 ? `, ${stripped} stripped away` : ""}`);
}

/** Puts a failure on the recipe's value it is about. */
function located(error: unknown, given: Parameters, context: StageContext): unknown {
  if (!(error instanceof Failure) || error.range) return error;
  const keys: Readonly<Record<string, Key>> = {
    "sha256-wrong": "sha256",
    "disk-image-partition": "partition",
  };
  const key = keys[error.code] ?? "source";
  return context.fail(error.code, error.message, {
    ...advice(error),
    at: placeOf(given, key),
    cause: error.cause,
  });
}

function noDiskImage(path: string): Failure {
  return new Failure("disk-image-partition", `${path} is no disk image, so that it has no partitions.`, {
    advice: "Remove `partition`.",
  });
}

function advice(failure: Failure): { advice?: string } {
  return failure.advice === undefined ? {} : { advice: failure.advice };
}
