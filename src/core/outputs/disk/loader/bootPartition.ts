import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { efiProgramNames } from "../../loaders/grubImage.ts";
import type { OutputContext } from "../../output.ts";
import { fatImage } from "../partitions/fatImage.ts";
import type { Patch } from "../partitions/writeDisk.ts";
import type { BootPlan } from "./bootPlan.ts";
import { efiProgram, systemdBootFiles } from "./efiProgram.ts";
import { grubForBios } from "./grub.ts";
import { type DiskBoot, initrdName, kernelName } from "./linuxBoot.ts";
import { installSyslinux, syslinuxBytes, syslinuxConfig } from "./syslinux.ts";

/** What makes a disk boot. */
export interface BootParts {
  /** Path of the FAT partition's image; undefined where none is needed. */
  readonly partition: string | undefined;
  /** What lies outside of partitions, or on one without a file system. */
  readonly patches: readonly Patch[];
}

/** @throws Failure `loader-missing`, `uki-stub`, `fat-too-large`, `tool-missing`, `tool-failed`, those of fetchPackage() */
export async function makeBootParts(
  plan: BootPlan,
  boot: DiskBoot,
  context: OutputContext,
): Promise<BootParts> {
  const files = await bootFiles(plan, boot, context);
  const extra = plan.bios === "syslinux" ? syslinuxBytes : 0;
  const partition = files.size > 0 ? await fatImage(files, boot.serial, extra, context) : undefined;
  if (plan.bios === "grub") return { partition, patches: await grubForBios(boot, context) };
  if (plan.bios === undefined || partition === undefined) return { partition, patches: [] };
  return { partition, patches: await installSyslinux(partition, boot, context) };
}

async function bootFiles(
  { bios, uefi }: BootPlan,
  boot: DiskBoot,
  context: OutputContext,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const folder = await context.scratch();
  const add = async (name: string, content: string): Promise<void> => {
    const path = join(folder, String(files.size));
    await writeFile(path, content);
    files.set(name, path);
  };
  if (uefi) files.set(`EFI/BOOT/${efiProgramNames[context.arch]}`, await efiProgram(uefi, boot, context));
  if (uefi === "systemd-boot") {
    const made = systemdBootFiles(boot, context.recipe.name);
    for (const [name, content] of Object.entries(made)) await add(name, content);
  }
  if (bios === "syslinux") await add("syslinux.cfg", syslinuxConfig(boot));
  const isCopied = boot.kernelOnRoot === undefined && (bios === "grub" || uefi === "grub");
  if (uefi === "systemd-boot" || bios === "syslinux" || isCopied) files.set(kernelName, boot.kernel);
  const ownInitrd = uefi === "uki" && bios !== "grub" && bios !== "syslinux";
  if (boot.initrd !== undefined && !ownInitrd) files.set(initrdName, boot.initrd);
  return files;
}
