import { createHash } from "node:crypto";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../../host/runTool.ts";
import { loaderMissing, takePackageFiles, versionOf } from "../../loaders/packageFiles.ts";
import type { OutputContext } from "../../output.ts";
import { firstByte, sector } from "../partitions/layout.ts";
import type { Patch } from "../partitions/writeDisk.ts";
import { type DiskBoot, initrdName, kernelName } from "./linuxBoot.ts";

/** Of the first sector, what is code: behind it lie the disk's signature and the table. */
export const bootCodeBytes = 440;
const modulesOnDisk = ["part_msdos", "part_gpt", "fat", "linux", "search_fs_uuid"];

/** Without the last two the kernel is not told where the screen is. */
export function efiModules(boot: DiskBoot): readonly string[] {
  return [...modulesOnDisk, ...rootModules(boot), "efi_gop", "efi_uga"];
}

function rootModules({ kernelOnRoot, rootType }: DiskBoot): readonly string[] {
  if (kernelOnRoot === undefined) return [];
  return [rootType === "btrfs" ? "btrfs" : "ext2"];
}

/** The commands that start Linux: its kernel lies on the root where GRUB reads that, all else on the FAT partition. */
export function grubCommands(boot: DiskBoot): string {
  const { serial, cmdline } = boot;
  // GRUB writes the quotes anew around a word that has a space.
  const words = (cmdline.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map(word => quoted(word.replaceAll('"', "")));
  const fat = `search.fs_uuid ${serial.slice(0, 4)}-${serial.slice(4)} root`;
  const { kernelOnRoot } = boot;
  const initrd = [...(kernelOnRoot === undefined ? [] : [fat]), `initrd /${initrdName}`];
  return [
    kernelOnRoot === undefined ? fat : `search.fs_uuid ${boot.rootUuid} root`,
    ["linux", quoted(`/${kernelOnRoot ?? kernelName}`), ...words].join(" "),
    ...(boot.initrd === undefined ? [] : initrd),
    "boot",
    "",
  ].join("\n");
}

/** A word as GRUB reads it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_.,:=/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * GRUB for a BIOS: its first sector and, behind it, its core, which does what grubCommands() says. On a GPT the core
 * lies in a partition of its own, on an MBR before the first partition.
 * @throws Failure `loader-missing`, those of fetchPackage(), `tool-missing`, `tool-failed`
 */
export async function grubForBios(boot: DiskBoot, context: OutputContext): Promise<readonly Patch[]> {
  const at = boot.table === "gpt" ? 34 : 1;
  const [first, core] = await Promise.all([
    grubPart("boot.img", "", boot, context),
    grubPart("core.img", grubCommands(boot), boot, context),
  ]);
  const code = await readFile(first);
  const image = await readFile(core);
  if (at * sector + image.length > firstByte)
    throw new Error("GRUB does not fit before the first partition.");
  // Where boot.S and diskboot.S of GRUB keep the first sector of what they load.
  code.writeBigUInt64LE(BigInt(at), 0x5c);
  // As grub-bios-setup does for hard disks: some BIOSes name the drive wrongly.
  code.writeUInt16LE(0x9090, 0x66);
  image.writeBigUInt64LE(BigInt(at + 1), 0x1f4);
  return [
    { at: 0, bytes: code.subarray(0, bootCodeBytes) },
    { at: at * sector, bytes: image },
  ];
}

function grubPart(
  name: "boot.img" | "core.img",
  config: string,
  boot: DiskBoot,
  context: OutputContext,
): Promise<string> {
  const version = versionOf(boot.versions, "grub-pc-bin");
  const biosModules = ["biosdisk", ...modulesOnDisk, ...rootModules(boot)];
  const facts = JSON.stringify([version.sha256, biosModules, config, name]);
  const key = `grub for a BIOS ${createHash("sha256").update(facts).digest("hex")}`;
  return context.derived(key, async path => {
    const { host, signal } = context;
    host.tools.require("grub-mkimage");
    const folder = await context.scratch();
    const parts = join(folder, "i386-pc");
    const taken = await takePackageFiles(
      version,
      each => /^usr\/lib\/grub\/i386-pc\/[^/]+$/.test(each),
      parts,
      context,
    );
    if (!taken.has("boot.img")) throw loaderMissing(version, "usr/lib/grub/i386-pc/boot.img", context);
    if (name === "boot.img") return copyFile(join(parts, name), path);
    const script = join(folder, "grub.cfg");
    await writeFile(script, config);
    const where = ["-O", "i386-pc", "-d", parts, "-p", "/boot/grub", "-c", script];
    const made = join(folder, name);
    await runTool(host, "grub-mkimage", [...where, "-o", made, ...biosModules], { signal });
    await copyFile(made, path);
  });
}
