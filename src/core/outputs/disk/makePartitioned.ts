import { readFile, stat } from "node:fs/promises";
import { parseSize } from "../../recipe/size.ts";
import { atParameter } from "../../stages/atParameter.ts";
import type { Json } from "../../stages/stage.ts";
import type { Tree } from "../../tree/tree.ts";
import type { extractKernel } from "../kernelFile.ts";
import type { LoaderVersions } from "../loaders/loaderPackages.ts";
import { located } from "../located.ts";
import type { OutputContext } from "../output.ts";
import { efiKernel } from "../uki/efiKernel.ts";
import { usualCmdlines } from "../usualCmdlines.ts";
import type { DiskParameters } from "./diskSchema.ts";
import { extraImage } from "./extra/extraImage.ts";
import { partsOf } from "./extra/mountFolders.ts";
import { type Extra, planExtras } from "./extra/planExtras.ts";
import { treeWithMounts } from "./extra/rootTree.ts";
import { checkNotTooLarge } from "./fitDisk.ts";
import { type BootParts, makeBootParts } from "./loader/bootPartition.ts";
import type { BootPlan } from "./loader/bootPlan.ts";
import type { DiskBoot } from "./loader/linuxBoot.ts";
import { partitionsBeforeRoot } from "./partitions/beforeRoot.ts";
import { checkDiskSize, checkWhole } from "./partitions/diskLimits.ts";
import { layOut, overheadOf, partUuid, sfdiskScript } from "./partitions/layout.ts";
import { swapImage } from "./partitions/swapArea.ts";
import { writeDisk } from "./partitions/writeDisk.ts";
import { makeRoot } from "./root/makeRoot.ts";
import { grubReads, rootFileSystem, rootWords } from "./root/rootKind.ts";

interface Wanted {
  readonly given: DiskParameters;
  readonly plan: BootPlan & { readonly table: "mbr" | "gpt" };
  readonly kernel: Awaited<ReturnType<typeof extractKernel>>;
  /** Path on this machine. */
  readonly initrd: string | undefined;
  readonly resolved: Json;
}

/**
 * A disk with partitions and, with a firmware, all that it takes to boot from it.
 * @returns its path, and what the kernel must be told when it is not started from the disk
 * @throws Failure `no-kernel`, `kernel-without-efi`, `disk-too-large`, `disk-partitions`; those of makeBootParts(),
 * planExtras(), extraImage() and makeRoot()
 */
export async function makePartitioned(
  wanted: Wanted,
  context: OutputContext,
): Promise<{ readonly path: string; readonly cmdline: readonly string[] }> {
  const { given, plan } = wanted;
  const { table } = plan;
  const uuid = (purpose: string): string => context.uuid(`disk ${purpose}`);
  const extras = await planExtras(given, context);
  const swap = await swapBytes(given, context);
  const kernelOnRoot = whereGrubFinds(wanted, extras);
  const facts = { plan, swap, hasInitrd: wanted.initrd !== undefined, copied: kernelOnRoot === undefined };
  const none = extras.map(extra => ({ extra, bytes: 0 }));
  const before = partitionsBeforeRoot(facts, 0, none, context);
  checkDiskSize(given, table, swap, extras, context);
  const place = { role: "root", number: before.length + 1, start: 0, bytes: 0 } as const;
  const words = [`root=PARTUUID=${partUuid(table, place, uuid)}`, ...rootWords(given, "rootwait")];
  const boots = plan.bios !== undefined || plan.uefi !== undefined;
  const tree = await treeWithMounts(extras, swap > 0 ? uuid("swap") : undefined, context);
  const dealt = await partsOf(tree, extras, context);
  const parts = boots
    ? await bootParts(wanted, words, kernelOnRoot, context)
    : { partition: undefined, patches: [] };
  const images = new Map<string, string>();
  const sizes: { extra: Extra; bytes: number }[] = [];
  for (const [extra, part] of dealt.extras) {
    const { path, bytes } = await extraImage(extra, part, context);
    sizes.push({ extra, bytes });
    if (path !== undefined) images.set(`extra ${extra.label}`, path);
  }
  const fatBytes = parts.partition === undefined ? 0 : (await stat(parts.partition)).size;
  const first = partitionsBeforeRoot(facts, fatBytes, sizes, context);
  const rooted = await makeRootBehind(given, dealt.root, { table, first }, context);
  const layout = layOut(table, [...first, { role: "root", bytes: rooted.bytes }]);
  checkWhole(layout.bytes, table, ["size"], context);
  if (parts.partition !== undefined) images.set(plan.uefi ? "efi" : "boot", parts.partition);
  if (swap > 0) images.set("swap", await swapImage(swap, uuid("swap"), context));
  const script = sfdiskScript(layout, context.arch, uuid, plan.bios === "syslinux");
  await writeDisk(rooted.path, layout, script, images, parts.patches, context);
  return { path: rooted.path, cmdline: words };
}

async function swapBytes({ swap }: DiskParameters, context: OutputContext): Promise<number> {
  if (swap === undefined) return 0;
  const bytes = await atParameter(context, ["swap"], () => parseSize(swap));
  checkNotTooLarge(bytes, ["swap"], context);
  return bytes;
}

/** Where the kernel lies on the root, if GRUB can take it from there. */
function whereGrubFinds({ given, kernel }: Wanted, extras: readonly Extra[]): string | undefined {
  const path = kernel?.kernel.entry.path;
  const isElsewhere = extras.some(({ from }) => from !== undefined && path?.startsWith(`${from}/`));
  return grubReads(given) && !isElsewhere ? path : undefined;
}

function makeRootBehind(
  given: DiskParameters,
  tree: Tree,
  { table, first }: { readonly table: "mbr" | "gpt"; readonly first: Parameters<typeof layOut>[1] },
  context: OutputContext,
) {
  const root = layOut(table, [...first, { role: "root", bytes: 0 }]).partitions.at(-1);
  const place = { offset: root?.start ?? 0, overhead: overheadOf(table, first) };
  return located(context, () => makeRoot(given, place, { ...context, tree }));
}

async function bootParts(
  { given, plan, kernel, initrd, resolved }: Wanted,
  words: readonly string[],
  kernelOnRoot: string | undefined,
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
  const { type } = rootFileSystem(given);
  const boot: DiskBoot = {
    kernel: kernel.file.path,
    kernelOnRoot,
    release: linux?.release,
    initrd,
    cmdline: [...words, given.cmdline ?? usualCmdlines[context.arch]].filter(Boolean).join(" "),
    rootUuid: context.uuid(type),
    rootType: type,
    serial: context.uuid("disk boot").replaceAll("-", "").slice(-8),
    table: plan.table,
    versions: (resolved ?? {}) as LoaderVersions,
  };
  return atParameter(context, ["bootloader"], () => makeBootParts(plan, boot, context));
}
