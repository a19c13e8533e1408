import { join } from "node:path";
import { type Compression, extensionOf } from "../compress/compression.ts";
import { baseName } from "../fileNames.ts";
import { extractKernel } from "../kernelFile.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { isProgram, noInitMessage, usualInit } from "./initProgram.ts";
import { writeInitramfs } from "./writeInitramfs.ts";

/**
 * Writes the initramfs, and takes the kernel out of the tree.
 * @throws Failure `initramfs-file-too-large`, `initramfs-path-too-long`
 */
export async function makeInitramfs(
  compression: Compression,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  const folder = await context.scratch();
  const path = join(folder, "initramfs");
  await writeInitramfs(context, compression, path);
  const fileName = `${baseName(context, "initramfs")}.cpio${extensionOf(compression.method)}`;
  const image: ProducedFile = { role: "image", fileName, path, cmdline: initWords(context) };
  const kernel = await extractKernel(context, folder);
  return kernel ? [image, kernel.file] : [image];
}

/** Without /init the kernel must be told what to run: it looks for nothing else in an initramfs. */
function initWords(context: OutputContext): readonly string[] {
  if (isProgram(context.tree, "init")) return [];
  const program = usualInit(context.tree);
  if (program) return [`rdinit=${program}`];
  context.warn(noInitMessage(["/init"]));
  return [];
}
