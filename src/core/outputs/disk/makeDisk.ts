import type { Json } from "../../stages/stage.ts";
import { baseName } from "../fileNames.ts";
import { noInitMessage, usualInit } from "../initramfs/initProgram.ts";
import { initrdFor } from "../initrd/initrdFor.ts";
import { extractKernel } from "../kernelFile.ts";
import { located } from "../located.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { checkJournal, checkLabel } from "./checkGiven.ts";
import type { DiskParameters } from "./diskSchema.ts";
import { checkSize } from "./fitDisk.ts";
import { checkCompress, convertDisk } from "./format/convertDisk.ts";
import { bootPlan, firmwareOf } from "./loader/bootPlan.ts";
import { makePartitioned } from "./makePartitioned.ts";
import { makeRoot } from "./root/makeRoot.ts";
import { rootFileSystem, rootWords } from "./root/rootKind.ts";
import { usualDrivers } from "./usualDrivers.ts";

/**
 * Writes the disk and, where it does not boot by itself, takes out of the tree what it is booted with.
 * @param resolved the versions of the boot loaders' packages
 * @throws Failure `disk-too-small`, `disk-size`, `disk-compress`, `disk-label`, `disk-journal`, `disk-entry`, `disk-xattr`,
 * `kernel-driver-missing`, `modules-not-indexed`; for `extra` `disk-extra`, `fat-file-too-large`; for firmware `disk-firmware`, `disk-bootloader`, `disk-partitions`,
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
  const root = rootFileSystem(given);
  const initrd = kernel
    ? await initrdFor(kernel.kernel.version, `${baseName(context, "disk")}.initrd`, root, context, {
        ...given,
        usual: usualDrivers(given),
      })
    : [];
  if (!usualInit(context.tree)) context.warn(noInitMessage([]));
  const { table } = plan;
  const made =
    table === "none"
      ? await makeUnpartitioned(given, context)
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
    cmdline: made.cmdline,
  };
  if (firmwareOf(given).length > 0) return [image];
  return [image, ...(kernel ? [kernel.file] : []), ...initrd];
}

/** A disk that is but its root. */
async function makeUnpartitioned(given: DiskParameters, context: OutputContext) {
  const place = { offset: 0, overhead: 0 };
  const { path } = await located(context, () => makeRoot(given, place, context));
  return { path, cmdline: ["root=/dev/vda", ...rootWords(given)] };
}
