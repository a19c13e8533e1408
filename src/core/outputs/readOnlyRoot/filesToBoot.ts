import { readTreeFile } from "../../tree/readFile.ts";
import type { Tree } from "../../tree/tree.ts";
import { baseName } from "../fileNames.ts";
import { noInitMessage, usualInit } from "../initramfs/initProgram.ts";
import type { InitrdWish } from "../initrd/initrdFields.ts";
import { initrdFor } from "../initrd/initrdFor.ts";
import type { RootFileSystem } from "../initrd/rootFileSystem.ts";
import { extractKernel } from "../kernelFile.ts";
import type { OutputContext, ProducedFile } from "../output.ts";

/** A part of the kernel that reads what the image is compressed with: `CONFIG_SQUASHFS_ZSTD`. */
export interface Decompressor {
  readonly option: string;
  /** The parameter that chose it. */
  readonly at: "compress";
}

/**
 * What an image that cannot be written to is booted with: the tree's kernel and, where it needs one, an initrd.
 * @throws Failure `kernel-driver-missing`, `modules-not-indexed`, `initrd-needed`, located
 */
export async function filesToBoot(
  root: RootFileSystem,
  decompressor: Decompressor | undefined,
  wish: InitrdWish,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  const kernel = await extractKernel(context, await context.scratch());
  if (!usualInit(context.tree)) context.warn(noInitMessage([]));
  if (!kernel) return [];
  const release = kernel.kernel.version;
  if (decompressor && (await lacks(context.tree, release, decompressor.option))) {
    throw context.fail(
      "kernel-driver-missing",
      `The kernel ${release} cannot read this image: it is configured without ${decompressor.option}.`,
      {
        at: [decompressor.at],
        advice: `Choose another ${decompressor.at}, or a kernel with ${decompressor.option}=y.`,
      },
    );
  }
  // Images of both kinds may lie in one folder, each with an initrd of its own.
  const fileName = `${baseName(context, root.type)}.${root.type}.initrd`;
  return [kernel.file, ...(await initrdFor(release, fileName, root, context, wish))];
}

/** Whether the kernel's configuration, where the tree has it, leaves that out. */
async function lacks(tree: Tree, release: string, option: string): Promise<boolean> {
  const file = tree.resolve(`boot/config-${release}`);
  if (file?.type !== "file") return false;
  return !new RegExp(`^${option}=[ym]$`, "m").test((await readTreeFile(file)).toString("latin1"));
}
