import { isKernelImage } from "../../../kernel/kernelImage.ts";
import { noInitMessage, usualInit } from "../../initramfs/initProgram.ts";
import { memberKey } from "../../initramfs/memberKey.ts";
import { mediumScript } from "../../initrd/mediumScript.ts";
import { writeInitrd } from "../../initrd/writeInitrd.ts";
import { extractKernel } from "../../kernelFile.ts";
import type { OutputContext } from "../../output.ts";
import { compressorOf } from "../../squashfs/compressor.ts";
import { writeSquashfs } from "../../squashfs/makeSquashfs.ts";
import { linuxKernel } from "../linuxKernel.ts";
import { type LinuxRoot, noKernel } from "../linuxRoot.ts";
import type { IsoParameters } from "../schema.ts";
import { livePlan } from "./liveDrivers.ts";

const rootPath = "live/root.squashfs";
const blockBytes = 128 * 1024;

/**
 * The tree as a squashfs on the ISO, with the initrd that finds it there.
 * @param mark a file that only this ISO has
 * @throws Failure `no-kernel`, `iso-parameters`, `bad-level`, `kernel-driver-missing`, `modules-not-indexed`
 */
export async function liveRoot(
  given: IsoParameters,
  mark: string,
  context: OutputContext,
): Promise<LinuxRoot> {
  const { compress = "zstd", level } = given;
  if (compress === "none") {
    throw context.fail("iso-parameters", "A squashfs root is always compressed.", {
      at: ["compress"],
      advice: "Write zstd, xz or gzip, or root: initramfs.",
    });
  }
  const compressor = compressorOf({ compress, ...(level === undefined ? {} : { level }) }, context);
  const folder = await context.scratch();
  const found = await extractKernel(context, folder);
  if (!found) throw noKernel(context);
  const kernel = await linuxKernel(found.file.path, context);
  if (!usualInit(context.tree)) context.warn(noInitMessage([]));
  const plan = await livePlan(found.kernel.version, given.drivers, context);
  const initrd = await writeInitrd(plan, mediumScript({ mark, squashfs: rootPath }), context);
  // The kernel lies on the ISO already.
  const entries = context.tree.entries.filter(entry => !isKernelImage(entry.path));
  const tree = { ...context.tree, entries };
  const how = JSON.stringify([compressor.args, blockBytes, context.clock]);
  const attributes = JSON.stringify(entries.map(({ xattrs }) => xattrs ?? 0));
  const content = memberKey(entries, attributes, { method: "none" });
  const source = await context.derived(`live root ${how} ${content}`, async path => {
    await writeSquashfs({ ...context, tree }, compressor, blockBytes, path);
  });
  return { kernel, initrd, cmdline: [], files: [{ path: rootPath, source }] };
}
