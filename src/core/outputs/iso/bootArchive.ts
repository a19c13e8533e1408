import { createWriteStream } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { normalizePath } from "../../tree/path.ts";
import { openTreeFile } from "../../tree/readFile.ts";
import type { TreeEntry } from "../../tree/tree.ts";
import { batched } from "../batched.ts";
import { compressionOf } from "../compress/compression.ts";
import { compressTo } from "../compress/compressTo.ts";
import { planNewc } from "../initramfs/newc.ts";
import { fileIdentity, type LayerBlobs, openLayerBlobs } from "../layerBlobs.ts";
import { located } from "../located.ts";
import type { OutputContext } from "../output.ts";
import { writeOdc } from "./odc.ts";
import type { IsoParameters } from "./schema.ts";

type Archive = NonNullable<IsoParameters["archive"]>;

/** The root that a system's own loader puts into memory. */
export interface BootArchive {
  /** Path of the finished archive on this machine. */
  readonly source: string;
  /** Whether it holds an entry of the tree. */
  holds(path: string): boolean;
}

/**
 * @throws Failure `not-in-tree`, `bad-level`, located; `tool-missing`, `tool-failed`
 */
export async function bootArchive(given: Archive, context: OutputContext): Promise<BootArchive> {
  if (given.file !== undefined) {
    return { source: resolve(context.baseDir, given.file), holds: () => false };
  }
  const path = pathInTree(given.from_tree ?? "/");
  const entry = path === "" ? undefined : context.tree.resolve(path);
  if (path !== "" && entry?.type !== "file" && entry?.type !== "directory") {
    throw notInTree(path, ["archive", "from_tree"], context);
  }
  const compression = compressionOf(given, "none", {
    ...context,
    fail: (code, message, details = {}) =>
      context.fail(code, message, { ...details, at: ["archive", ...(details.at ?? [])] }),
  });
  const folder = await context.scratch();
  const source = join(folder, "archive");
  const options = { signal: context.signal };
  if (entry?.type === "file") {
    await compressTo(context.host, compression, openTreeFile(entry), source, options);
    return { source, holds: each => each === entry.path };
  }
  const root = entry ? `${entry.path}/` : "";
  const blobs = openLayerBlobs();
  try {
    await located(context, () =>
      compressTo(
        context.host,
        compression,
        batched(cpioOf(root, given.format, blobs, context)),
        source,
        options,
      ),
    );
  } finally {
    blobs.close();
  }
  return { source, holds: each => `${each}/`.startsWith(root) };
}

/** What is below `root` as a cpio archive, its paths seen from there. */
function cpioOf(
  root: string,
  format: Archive["format"],
  blobs: LayerBlobs,
  { tree, signal }: OutputContext,
): AsyncGenerator<Uint8Array> {
  const entries = tree.entries
    .filter(entry => entry.path.startsWith(root))
    .map((entry): TreeEntry => ({ ...entry, path: entry.path.slice(root.length) }));
  if (format !== "newc") return writeOdc(entries, blobs, signal);
  const sources = entries.map(entry =>
    entry.type === "file"
      ? { entry, link: fileIdentity(entry), content: () => blobs.whole(entry) }
      : { entry },
  );
  return planNewc(sources).write(signal);
}

/** A path as entries have it; "" for the root. */
export function pathInTree(path: string): string {
  return /^\/+$/.test(path) ? "" : normalizePath(path);
}

/** @returns path of a copy on this machine */
export async function treeFileCopy(
  path: string,
  at: readonly (string | number)[],
  context: OutputContext,
): Promise<string> {
  const entry = context.tree.resolve(path);
  if (entry?.type !== "file") throw notInTree(path, at, context);
  const copy = join(await context.scratch(), "file");
  await pipeline(openTreeFile(entry), createWriteStream(copy), { signal: context.signal });
  return copy;
}

function notInTree(path: string, at: readonly (string | number)[], context: OutputContext) {
  return context.fail("not-in-tree", `The tree has no file /${path}.`, {
    at,
    advice: "Correct the path, or let a stage bring the file.",
  });
}
