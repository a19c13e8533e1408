import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { findKernel, type TreeKernel } from "../kernel/kernelImage.ts";
import { openTreeFile } from "../tree/readFile.ts";
import type { OutputContext, ProducedFile } from "./output.ts";

/** Takes the tree's kernel out, for `-kernel`; undefined, after a line in the log, when the tree has none. */
export async function extractKernel(
  context: OutputContext,
  folder: string,
): Promise<{ readonly kernel: TreeKernel; readonly file: ProducedFile } | undefined> {
  const kernel = findKernel(context.tree);
  if (!kernel) {
    context.log("The image has no kernel in /boot: it can be written, but not booted by itself.");
    return undefined;
  }
  const path = join(folder, "vmlinuz");
  await pipeline(openTreeFile(kernel.entry), createWriteStream(path), { signal: context.signal });
  return { kernel, file: { role: "kernel", fileName: "vmlinuz", path } };
}
