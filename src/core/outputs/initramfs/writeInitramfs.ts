import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { isKernelImage } from "../../kernel/kernelImage.ts";
import type { Entry } from "../../tree/entry.ts";
import type { TreeEntry } from "../../tree/tree.ts";
import { batched } from "../batched.ts";
import type { Compression } from "../compress/compression.ts";
import { compressTo } from "../compress/compressTo.ts";
import { fileIdentity, type LayerBlobs, openLayerBlobs } from "../layerBlobs.ts";
import { located } from "../located.ts";
import type { OutputContext } from "../output.ts";
import { consoleEntries } from "./console.ts";
import { inParallel } from "./inParallel.ts";
import { memberKey } from "./memberKey.ts";
import { type MemberPlan, splitIntoMembers } from "./members.ts";
import { type CpioSource, planNewc } from "./newc.ts";
import { rootEntry } from "./rootEntry.ts";

// The kernel takes the next member where it finds it, but an uncompressed one must begin at a multiple of this. After
// compressed ones nothing is added, so that the file stays one that gzip, xz and zstd can unpack without complaint.
const uncompressedAlignment = 4;

/**
 * Writes the tree as one or more cpio archives, each compressed by itself, one behind the other. The kernel unpacks
 * them in turn; those whose layer did not change come from the cache.
 */
export async function writeInitramfs(
  context: OutputContext,
  compression: Compression,
  path: string,
): Promise<void> {
  warnOfXattrs(context);
  const members = splitIntoMembers(context.tree.entries, entry => !isKernelImage(entry.path));
  const first = { before: [rootEntry(context)], after: consoleEntries(context) };
  const none = { before: [], after: [] };
  let done = 0;
  const files = await inParallel(context.host.jobs, members, async member => {
    const file = await memberFile(context, compression, member, member.stage === undefined ? first : none);
    context.progress(++done, members.length, "items");
    return file;
  });
  const pieces = compression.method === "none" ? uncompressedAlignment : 1;
  await concatenate(files, pieces, path, context.signal);
}

function memberFile(
  context: OutputContext,
  compression: Compression,
  member: MemberPlan,
  added: { readonly before: readonly Entry[]; readonly after: readonly Entry[] },
): Promise<string> {
  const key = memberKey(member.entries, JSON.stringify(added), compression);
  return context.derived(key, async path => {
    const blobs = openLayerBlobs();
    try {
      const sources = [
        ...added.before.map(entry => ({ entry })),
        ...member.entries.map(entry => sourceOf(entry, blobs)),
        ...added.after.map(entry => ({ entry })),
      ];
      const archive = await located(context, () => planNewc(sources));
      const content = batched(archive.write(context.signal));
      const options = { signal: context.signal, bytes: archive.bytes };
      await compressTo(context.host, compression, content, path, options);
    } finally {
      blobs.close();
    }
  });
}

function sourceOf(entry: TreeEntry, blobs: LayerBlobs): CpioSource {
  if (entry.type !== "file") return { entry };
  return { entry, link: fileIdentity(entry), content: () => blobs.whole(entry) };
}

async function concatenate(
  files: readonly string[],
  alignment: number,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  async function* content() {
    for (const file of files) {
      yield* createReadStream(file, { highWaterMark: 1024 * 1024 });
      const { size } = await stat(file);
      yield Buffer.alloc((alignment - (size % alignment)) % alignment);
    }
  }
  await pipeline(content(), createWriteStream(path), { signal });
}

function warnOfXattrs(context: OutputContext): void {
  const first = context.tree.entries.find(entry => Object.keys(entry.xattrs ?? {}).length > 0);
  if (!first) return;
  context.warn(
    `An initramfs cannot hold extended attributes (file capabilities among them): those of /${first.path} and any others are left out. A disk keeps them.`,
  );
}
