import { join } from "node:path";
import { Readable } from "node:stream";
import { runTool } from "../../host/runTool.ts";
import { parseSize } from "../../recipe/size.ts";
import { encodeTarHeader } from "../../tree/tarHeader.ts";
import { treeTar } from "../../tree/writeTar.ts";
import { baseName } from "../fileNames.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { filesToBoot } from "../readOnlyRoot/filesToBoot.ts";
import type { SquashfsParameters } from "../squashfs.ts";
import { compressorOf, type SquashfsCompressor } from "./compressor.ts";
import { squashfsTree } from "./squashfsTree.ts";

const root = 0;
const mostOwners = 65_535;

/**
 * Writes the squashfs, and takes out of the tree what it is booted with.
 * @throws Failure `bad-level`, `squashfs-owners`, `kernel-driver-missing`, `modules-not-indexed`, located
 */
export async function makeSquashfs(
  given: SquashfsParameters,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  const compressor = compressorOf(given, context);
  checkOwners(context);
  const fileSystem = { type: "squashfs", overlay: given.overlay ?? true } as const;
  const boot = await filesToBoot(fileSystem, { option: compressor.option, at: "compress" }, given, context);
  const path = join(await context.scratch(), "squashfs");
  await writeSquashfs(context, compressor, parseSize(given.blockSize ?? "128K"), path);
  return [{ role: "image", fileName: `${baseName(context, "squashfs")}.squashfs`, path }, ...boot];
}

/** Writes the tree of `context` as a squashfs to the new file `path`. */
export async function writeSquashfs(
  context: OutputContext,
  compressor: SquashfsCompressor,
  blockBytes: number,
  path: string,
): Promise<void> {
  const { host, signal, clock } = context;
  const stream = Readable.from(tarWithRoot(context), { objectMode: false });
  // squashfs-tools 4.5 gives the root of a tar the builder's name and the time of day; squashfs-tools-ng does not.
  const how = ["-q", "--no-skip", "-j", String(host.jobs), "-b", String(blockBytes)];
  try {
    await runTool(host, "tar2sqfs", [...how, ...compressor.args, path], {
      signal,
      stdin: { stream },
      env: { SOURCE_DATE_EPOCH: String(clock) },
    });
  } finally {
    stream.destroy();
  }
}

export function checkOwners({ tree, fail }: OutputContext): void {
  const owners = new Set([root, ...tree.entries.flatMap(({ uid, gid }) => [uid, gid])]);
  if (owners.size <= mostOwners) return;
  throw fail(
    "squashfs-owners",
    `The image has files of ${owners.size} users and groups; a squashfs holds 65,535.`,
    {
      advice: "Give some of the files to the same owner, or use another output.",
    },
  );
}

async function* tarWithRoot(context: OutputContext): AsyncGenerator<Uint8Array> {
  const { signal, clock: mtime } = context;
  const { tree, losses } = squashfsTree(context.tree);
  for (const loss of losses) context.warn(loss);
  const total = tree.entries.length;
  const onProgress = (entries: number) => context.progress(entries, total, "entries");
  yield encodeTarHeader({ type: "directory", path: ".", mode: 0o755, uid: 0, gid: 0, mtime });
  yield* treeTar(tree, { signal, onProgress });
}
