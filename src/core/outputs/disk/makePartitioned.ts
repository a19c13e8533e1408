import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSize } from "../../recipe/size.ts";
import { atParameter } from "../../stages/atParameter.ts";
import type { Json } from "../../stages/stage.ts";
import type { extractKernel } from "../kernelFile.ts";
import type { LoaderVersions } from "../loaders/loaderPackages.ts";
import { located } from "../located.ts";
import type { OutputContext } from "../output.ts";
import { efiKernel } from "../uki/efiKernel.ts";
import { type DiskParameters, usualCmdlines } from "./diskSchema.ts";
import { type BootParts, makeBootParts } from "./loader/bootPartition.ts";
import type { BootPlan } from "./loader/bootPlan.ts";
import type { DiskBoot } from "./loader/linuxBoot.ts";
import { makeRoot } from "./makeRoot.ts";
import { layOut, overheadOf, partUuid, sfdiskScript, type WantedPartition } from "./partitions/layout.ts";
import { swapHeader } from "./partitions/swapArea.ts";
import { writeDisk } from "./partitions/writeDisk.ts";

interface Wanted {
  readonly given: DiskParameters;
  readonly plan: BootPlan & { readonly table: "mbr" | "gpt" };
  readonly kernel: Awaited<ReturnType<typeof extractKernel>>;
  /** Path on this machine. */
  readonly initrd: string | undefined;
  readonly resolved: Json;
}

const mostMbrBytes = 2 ** 32 * 512;

/**
 * A disk with partitions and, with a firmware, all that it takes to boot from it.
 * @returns its path, and what the kernel must be told when it is not started from the disk
 * @throws Failure `no-kernel`, `kernel-without-efi`, `disk-too-large`; those of makeBootParts() and makeRoot()
 */
export async function makePartitioned(
  wanted: Wanted,
  context: OutputContext,
): Promise<{ readonly path: string; readonly cmdline: readonly string[] }> {
  const { given, plan, initrd } = wanted;
  const { table } = plan;
  const uuid = (purpose: string): string => context.uuid(`disk ${purpose}`);
  const boots = plan.bios !== undefined || plan.uefi !== undefined;
  const fat = plan.uefi
    ? "efi"
    : plan.bios === "syslinux" || (boots && initrd !== undefined)
      ? "boot"
      : undefined;
  const swap =
    given.swap === undefined ? 0 : await atParameter(context, ["swap"], () => parseSize(given.swap ?? ""));
  const before = (fatBytes: number): WantedPartition[] => {
    const list: WantedPartition[] = [];
    if (plan.bios === "grub" && table === "gpt") list.push({ role: "bios-boot", bytes: 0 });
    if (fat) list.push({ role: fat, bytes: fatBytes });
    if (swap > 0) list.push({ role: "swap", bytes: swap });
    return list;
  };
  const root = { role: "root", number: before(0).length + 1, start: 0, bytes: 0 } as const;
  const words = [`root=PARTUUID=${partUuid(table, root, uuid)}`, "rootfstype=ext4", "rootwait", "rw"];
  const parts = boots ? await bootParts(wanted, words, uuid, context) : { partition: undefined, patches: [] };
  const first = before(parts.partition === undefined ? 0 : (await stat(parts.partition)).size);
  const rootImage = await located(context, () => makeRoot(given, overheadOf(table, first), context));
  const layout = layOut(table, [...first, { role: "root", bytes: (await stat(rootImage)).size }]);
  if (table === "mbr" && layout.bytes > mostMbrBytes) {
    throw context.fail("disk-too-large", "A disk with an MBR has at most 2 TiB.", {
      at: ["size"],
      advice: "Write partitions: gpt, or ask for less.",
    });
  }
  const swapImage = join(await context.scratch(), "swap");
  if (swap > 0) await writeFile(swapImage, swapHeader(swap, uuid("swap")));
  const images = {
    ...(fat && parts.partition !== undefined ? { [fat]: parts.partition } : {}),
    ...(swap > 0 ? { swap: swapImage } : {}),
    root: rootImage,
  };
  const script = sfdiskScript(layout, context.arch, uuid, plan.bios === "syslinux");
  const path = await writeDisk(layout, script, images, parts.patches, context);
  await rm(rootImage);
  return { path, cmdline: words };
}

async function bootParts(
  { given, plan, kernel, initrd, resolved }: Wanted,
  words: readonly string[],
  uuid: (purpose: string) => string,
  context: OutputContext,
): Promise<BootParts> {
  if (!kernel) {
    throw context.fail("no-kernel", "The image has no kernel in /boot, so there is nothing to boot.", {
      at: ["firmware"],
      advice: "Add a `kernel` stage to the recipe, or write firmware: none.",
    });
  }
  const linux = plan.uefi
    ? await atParameter(context, ["firmware"], async () =>
        efiKernel(await readFile(kernel.file.path), context.arch),
      )
    : undefined;
  const boot: DiskBoot = {
    kernel: kernel.file.path,
    kernelOnRoot: kernel.kernel.entry.path,
    release: linux?.release,
    initrd,
    cmdline: [...words, given.cmdline ?? usualCmdlines[context.arch]].filter(Boolean).join(" "),
    rootUuid: context.uuid("ext4"),
    serial: uuid("boot").replaceAll("-", "").slice(-8),
    table: plan.table,
    versions: (resolved ?? {}) as LoaderVersions,
  };
  return atParameter(context, ["bootloader"], () => makeBootParts(plan, boot, context));
}
