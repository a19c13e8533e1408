import type { Json } from "../../stages/stage.ts";
import { baseName } from "../fileNames.ts";
import { noInitMessage, usualInit } from "../initramfs/initProgram.ts";
import { extractKernel } from "../kernelFile.ts";
import { located } from "../located.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { type DiskParameters, mostLabelBytes } from "./diskSchema.ts";
import { checkSize } from "./fitDisk.ts";
import { checkCompress, convertDisk } from "./format/convertDisk.ts";
import { initrdFor } from "./initrd/initrdFor.ts";
import { bootPlan, firmwareOf } from "./loader/bootPlan.ts";
import { makePartitioned } from "./makePartitioned.ts";
import { checkJournal, makeRoot } from "./makeRoot.ts";

/**
 * Writes the disk and, where it does not boot by itself, takes out of the tree what it is booted with.
 * @param resolved the versions of the boot loaders' packages
 * @throws Failure `disk-too-small`, `disk-size`, `disk-compress`, `disk-label`, `disk-journal`, `disk-entry`, `disk-xattr`,
 * `kernel-driver-missing`, `modules-not-indexed`; for firmware `disk-firmware`, `disk-bootloader`, `disk-partitions`,
 * `no-kernel`, `kernel-without-efi`, `fat-too-large`, `loader-missing`
 */
export async function makeDisk(
  given: DiskParameters,
  resolved: Json,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  checkCompress(given, context);
  checkLabel(given, context);
  checkJournal(given, context);
  checkSize(given, context);
  const plan = bootPlan(given, context);
  const kernel = await extractKernel(context, await context.scratch());
  const root = { type: "ext4", overlay: false } as const;
  const initrd = kernel
    ? await initrdFor(kernel.kernel.version, `${baseName(context, "disk")}.initrd`, root, context)
    : [];
  if (!usualInit(context.tree)) context.warn(noInitMessage([]));
  const { table } = plan;
  const made =
    table === "none"
      ? { path: await located(context, () => makeRoot(given, 0, context)), cmdline: undefined }
      : await makePartitioned(
          { given, plan: { ...plan, table }, kernel, initrd: initrd[0]?.path, resolved },
          context,
        );
  const fileName = `${baseName(context, "disk")}.${given.format ?? "raw"}`;
  const path = await convertDisk(given, made.path, fileName, context);
  const image: ProducedFile = {
    role: "image",
    fileName,
    path,
    ...(made.cmdline && { cmdline: made.cmdline }),
  };
  if (firmwareOf(given).length > 0) return [image];
  return [image, ...(kernel ? [kernel.file] : []), ...initrd];
}

function checkLabel(given: DiskParameters, context: OutputContext): void {
  if (given.label === undefined || Buffer.byteLength(given.label) <= mostLabelBytes) return;
  throw context.fail("disk-label", `The label has more than ${mostLabelBytes} bytes.`, {
    at: ["label"],
    advice: "Shorten it; letters beyond ASCII take two bytes or more.",
  });
}
