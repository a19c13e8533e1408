import { stat } from "node:fs/promises";
import { formatSize } from "../../recipe/size.ts";
import type { Compression } from "../compress/compression.ts";
import { makeInitramfs } from "../initramfs/makeInitramfs.ts";
import type { OutputContext } from "../output.ts";
import { linuxKernel } from "./linuxKernel.ts";
import type { IsoFile } from "./xorrisoScript.ts";

/** What a Linux is booted with from an ISO. */
export interface LinuxRoot {
  readonly kernel: string;
  readonly initrd: string;
  /** Words that its start needs. */
  readonly cmdline: readonly string[];
  readonly files: readonly IsoFile[];
}

// Boot loaders count the bytes of a file in 32 bits.
const tooLarge = 2 ** 32;

/**
 * The tree as initramfs, and its kernel.
 * @throws Failure `no-kernel`, `iso-initrd-too-large`, those of linuxKernel() and makeInitramfs()
 */
export async function memoryRoot(compression: Compression, context: OutputContext): Promise<LinuxRoot> {
  const files = await makeInitramfs(compression, context);
  const initrd = files.find(file => file.role === "image");
  const kernel = files.find(file => file.role === "kernel");
  if (!kernel || !initrd) throw noKernel(context);
  const { size } = await stat(initrd.path);
  if (size >= tooLarge) {
    throw context.fail(
      "iso-initrd-too-large",
      `The initramfs has ${formatSize(size)}; boot loaders load less than 4G.`,
      { at: ["root"], advice: "Write root: squashfs, which stays on the medium." },
    );
  }
  return {
    kernel: await linuxKernel(kernel.path, context),
    initrd: initrd.path,
    cmdline: initrd.cmdline ?? [],
    files: [],
  };
}

export function noKernel(context: OutputContext) {
  return context.fail(
    "no-kernel",
    "The image has no kernel in /boot, so there is nothing for the ISO to boot.",
    {
      advice: "Add a `kernel` stage to the recipe; for a system with its own loader name that in el_torito.",
    },
  );
}
