import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../host/runTool.ts";
import { parseSize } from "../../recipe/size.ts";
import type { Tree, TreeEntry } from "../../tree/tree.ts";
import { stageTree } from "../disk/ext4/stageTree.ts";
import type { ErofsParameters } from "../erofs.ts";
import { baseName } from "../fileNames.ts";
import { located } from "../located.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { filesToBoot } from "../readOnlyRoot/filesToBoot.ts";
import { fillInodes } from "./fillInodes.ts";
import { openImage } from "./imageFile.ts";

/**
 * Writes the erofs, and takes out of the tree what it is booted with.
 * @throws Failure `erofs-xattr`, `disk-entry`, `kernel-driver-missing`, `modules-not-indexed`, located
 */
export async function makeErofs(
  given: ErofsParameters,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  const compress = given.compress ?? "lz4hc";
  const root = { type: "erofs", overlay: given.overlay ?? true } as const;
  const decompressor = { option: "CONFIG_EROFS_FS_ZIP", at: "compress" } as const;
  const boot = await filesToBoot(root, compress === "none" ? undefined : decompressor, given, context);
  const folder = await context.scratch();
  const path = join(folder, "erofs");
  await located(context, () => writeErofs(context, folder, path, methodArgs(compress, given.clusterSize)));
  return [{ role: "image", fileName: `${baseName(context, "erofs")}.erofs`, path }, ...boot];
}

export function methodArgs(compress: string, clusterSize = "16K"): readonly string[] {
  return compress === "none" ? [] : [`-z${compress}`, `-C${parseSize(clusterSize)}`];
}

export async function writeErofs(
  context: OutputContext,
  folder: string,
  path: string,
  method: readonly string[],
): Promise<void> {
  const { host, signal, clock, tree } = context;
  const staged = join(folder, "tree");
  const total = tree.entries.reduce((sum, each) => sum + (each.type === "file" ? each.size : 0), 0);
  const onProgress = (bytes: number) => context.progress(bytes, total, "bytes");
  await stageTree(withoutNodes(tree), staged, { signal, onProgress });
  // The files on the host are whoever's builds this; all of that is set afterwards.
  const fixed = ["-x-1", `-T${clock}`, `-U${context.uuid("erofs")}`, "-Eforce-inode-extended"];
  await runTool(host, "mkfs.erofs", ["--quiet", ...method, ...fixed, path, staged], { signal });
  await rm(staged, { recursive: true });
  const image = openImage(path);
  try {
    await fillInodes(image, tree, { signal, clock });
  } finally {
    image.close();
  }
}

/** Devices and fifos as empty files, each of its own, that whoever builds may make. */
function withoutNodes(tree: Tree): Tree {
  const entries = tree.entries.map((entry, index): TreeEntry => {
    if (entry.type !== "char" && entry.type !== "block" && entry.type !== "fifo") return entry;
    const { path, mode, uid, gid, mtime, layer, stage } = entry;
    return { type: "file", ...{ path, mode, uid, gid, mtime, layer, stage }, size: 0, offset: -1 - index };
  });
  return { ...tree, entries };
}
