import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readKernelFormat } from "../../kernel/kernelFormat.ts";
import { located } from "../located.ts";
import type { OutputContext } from "../output.ts";
import { efiKernel } from "../uki/efiKernel.ts";

/**
 * The kernel as the ISO's boot loaders can start it. Those for x86_64 take any with Linux's boot header: GRUB does not
 * hand over to an EFI stub there but boots as a BIOS loader does. For aarch64 the kernel must be an EFI program.
 * @param path of the kernel as the tree has it
 * @returns path of the kernel for the ISO
 * @throws Failure `kernel-file-refused`, `kernel-wrong-arch`, `kernel-without-efi`
 */
export async function linuxKernel(path: string, context: OutputContext): Promise<string> {
  const image = await readFile(path);
  const format = readKernelFormat(image);
  if (!format) {
    throw context.fail(
      "kernel-file-refused",
      "The image's kernel has no boot header of Linux, so no boot loader can start it.",
      {
        advice: "Use a bzImage (x86_64) or an Image (aarch64), as distributions have it.",
      },
    );
  }
  if (format.arch !== context.arch) {
    throw context.fail(
      "kernel-wrong-arch",
      `The image's kernel is for ${format.arch}, the recipe for ${context.arch}.`,
      {
        advice: "Correct `arch` of the recipe, or take another kernel.",
      },
    );
  }
  if (context.arch === "x86_64") return path;
  const { bytes } = await located(context, () => efiKernel(image, context.arch));
  if (!bytes) return path;
  const unpacked = join(await context.scratch(), "vmlinuz");
  await writeFile(unpacked, bytes);
  return unpacked;
}
