import { join } from "node:path";
import { readModuleIndex } from "../../kernel/moduleIndex.ts";
import { baseName } from "../fileNames.ts";
import { noInitMessage, usualInit } from "../initramfs/initProgram.ts";
import { extractKernel } from "../kernelFile.ts";
import { located } from "../located.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { type DiskParameters, mostLabelBytes } from "./diskSchema.ts";
import { openMaker } from "./ext4/maker.ts";
import { checkSize, makeFitting } from "./fitDisk.ts";
import { modulesForRoot } from "./initrd/rootDrivers.ts";
import { makeInitrd } from "./initrd/writeInitrd.ts";
import { writeQcow2 } from "./qcow2.ts";

/**
 * Writes the disk, and takes out of the tree what it is booted with.
 * @throws Failure `disk-too-small`, `disk-size`, `disk-compress`, `disk-label`, `disk-entry`, `disk-xattr`,
 * `kernel-driver-missing`, `modules-not-indexed`
 */
export async function makeDisk(
  given: DiskParameters,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  checkCompress(given, context);
  checkLabel(given, context);
  checkSize(given, context);
  const folder = await context.scratch();
  const kernel = await extractKernel(context, folder);
  const initrd = kernel ? await initrdFor(kernel.kernel.version, context) : [];
  if (!usualInit(context.tree)) context.warn(noInitMessage([]));
  const image = await writeImage(given, context, folder);
  return [image, ...(kernel ? [kernel.file] : []), ...initrd];
}

async function writeImage(
  given: DiskParameters,
  context: OutputContext,
  folder: string,
): Promise<ProducedFile> {
  const raw = await located(context, () => makeRaw(given, context));
  const base = baseName(context, "disk");
  if ((given.format ?? "raw") === "raw") return { role: "image", fileName: `${base}.raw`, path: raw };
  const path = join(folder, "disk.qcow2");
  await writeQcow2(context, raw, path, given.compress ?? false);
  return { role: "image", fileName: `${base}.qcow2`, path };
}

async function makeRaw(given: DiskParameters, context: OutputContext): Promise<string> {
  const { host, signal, clock, tree } = context;
  const identity = {
    uuid: context.uuid("ext4"),
    hashSeed: context.uuid("ext4 hash"),
    label: given.label ?? "",
    clock,
  };
  const total = tree.entries.reduce((sum, each) => sum + (each.type === "file" ? each.size : 0), 0);
  const onProgress = (bytes: number) => context.progress(bytes, total, "bytes");
  const work = { host, signal, folder: await context.scratch(), identity };
  const maker = await openMaker(work, tree, given.journal ?? true, onProgress);
  await makeFitting(maker, given, context);
  // A copy of all files: gone before the image is converted.
  await maker.close();
  return maker.path;
}

/** The initrd, where the kernel needs modules to reach its root. */
async function initrdFor(release: string, context: OutputContext): Promise<readonly ProducedFile[]> {
  const index = await located(context, () => readModuleIndex(context.tree, release));
  if (!index.builtin) {
    context.warn(
      `The image has no lib/modules/${release || "RELEASE"}/modules.builtin: what is not a module (virtio_pci, virtio_blk, ext4) is taken to be built into the kernel.`,
    );
  }
  const modules = await located(context, () => modulesForRoot(index));
  if (modules.length === 0) return [];
  const path = await makeInitrd(context, modules);
  return [{ role: "initrd", fileName: `${baseName(context, "disk")}.initrd`, path }];
}

function checkCompress(given: DiskParameters, context: OutputContext): void {
  if (given.compress === undefined || given.format === "qcow2") return;
  throw context.fail("disk-compress", "Only a qcow2 image can be compressed.", {
    at: ["compress"],
    advice: "Write format: qcow2, or remove compress.",
  });
}

function checkLabel(given: DiskParameters, context: OutputContext): void {
  if (given.label === undefined || Buffer.byteLength(given.label) <= mostLabelBytes) return;
  throw context.fail("disk-label", `The label has more than ${mostLabelBytes} bytes.`, {
    at: ["label"],
    advice: "Shorten it; letters beyond ASCII take two bytes or more.",
  });
}
