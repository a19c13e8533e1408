import { chmod, copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../../host/runTool.ts";
import { packageFile, versionOf } from "../../loaders/packageFiles.ts";
import type { OutputContext } from "../../output.ts";
import { fatEnvironment } from "../partitions/fatImage.ts";
import type { Patch } from "../partitions/writeDisk.ts";
import { bootCodeBytes } from "./grub.ts";
import { type DiskBoot, initrdName, kernelName } from "./linuxBoot.ts";

/** Room that its two files take on the FAT partition. */
export const syslinuxBytes = 256 * 1024;

/** syslinux.cfg: on the screen and on the first serial line (115200 baud) alike. */
export function syslinuxConfig({ cmdline, initrd }: DiskBoot): string {
  return [
    "SERIAL 0 115200",
    "DEFAULT linux",
    "PROMPT 0",
    "LABEL linux",
    `  LINUX /${kernelName}`,
    ...(initrd === undefined ? [] : [`  INITRD /${initrdName}`]),
    ...(cmdline === "" ? [] : [`  APPEND ${cmdline}`]),
    "",
  ].join("\n");
}

/**
 * Puts Syslinux onto the image of a FAT partition, with the program out of its package.
 * @returns the code for the first sector of the disk
 * @throws Failure `loader-missing`, those of fetchPackage(), `tool-missing`, `tool-failed`
 */
export async function installSyslinux(
  image: string,
  { table, versions }: DiskBoot,
  context: OutputContext,
): Promise<readonly Patch[]> {
  const version = versionOf(versions, "syslinux");
  const { host, signal } = context;
  const folder = await context.scratch();
  const program = join(folder, "syslinux");
  await copyFile(await packageFile(version, "usr/bin/syslinux", context), program);
  await chmod(program, 0o700);
  // It starts mcopy and mattrib by itself.
  host.tools.require("mcopy");
  const env = fatEnvironment(folder, context);
  await runTool(host, "setpriv", ["--pdeathsig", "KILL", "--", program, "--install", image], { signal, env });
  const name = table === "gpt" ? "gptmbr.bin" : "mbr.bin";
  const code = await readFile(await packageFile(version, `usr/lib/SYSLINUX/${name}`, context));
  return [{ at: 0, bytes: code.subarray(0, bootCodeBytes) }];
}
