import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../../host/runTool.ts";
import { grubImage } from "../../loaders/grubImage.ts";
import { packageFile, versionOf } from "../../loaders/packageFiles.ts";
import type { OutputContext } from "../../output.ts";
import { osRelease } from "../../uki/osRelease.ts";
import { setPeTime } from "../../uki/peTime.ts";
import { placeSections } from "../../uki/placeSections.ts";
import { takeStub } from "../../uki/stub.ts";
import { efiModules, grubCommands } from "./grub.ts";
import { type DiskBoot, initrdName, kernelName } from "./linuxBoot.ts";

const managers = { x86_64: "systemd-bootx64.efi", aarch64: "systemd-bootaa64.efi" } as const;

/**
 * The program that UEFI starts from the disk.
 * @returns its path on this machine
 * @throws Failure `loader-missing`, `uki-stub`, those of fetchPackage(), `tool-missing`, `tool-failed`
 */
export function efiProgram(
  loader: "grub" | "uki" | "systemd-boot",
  boot: DiskBoot,
  context: OutputContext,
): Promise<string> {
  if (loader === "grub") return grubImage(efiModules(boot), grubCommands(boot), boot.versions, context);
  if (loader === "uki") return unified(boot, context);
  const version = versionOf(boot.versions, "systemd-boot-efi");
  return packageFile(version, `usr/lib/systemd/boot/efi/${managers[context.arch]}`, context);
}

/** The entry that systemd-boot starts at once. */
export function systemdBootFiles(
  { cmdline, initrd }: DiskBoot,
  title: string,
): Readonly<Record<string, string>> {
  const entry = [
    `title ${title}`,
    `linux /${kernelName}`,
    ...(initrd === undefined ? [] : [`initrd /${initrdName}`]),
  ];
  return {
    "loader/loader.conf": "timeout 0\ndefault linux.conf\neditor no\n",
    "loader/entries/linux.conf": [...entry, `options ${cmdline}`, ""].join("\n"),
  };
}

async function unified(boot: DiskBoot, context: OutputContext): Promise<string> {
  const folder = await context.scratch();
  const stub = await takeStub(versionOf(boot.versions, "systemd-boot-efi"), folder, context);
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const parts = {
    ".osrel": await write("osrel", await osRelease(context)),
    ".cmdline": await write("cmdline", `${boot.cmdline}\0`),
    ...(boot.release === undefined ? {} : { ".uname": await write("uname", boot.release) }),
    ".linux": boot.kernel,
    ...(boot.initrd === undefined ? {} : { ".initrd": boot.initrd }),
  };
  const path = join(folder, "uki.efi");
  await runTool(context.host, "objcopy", [...(await placeSections(stub, parts)), stub, path], {
    signal: context.signal,
  });
  await setPeTime(path, context.clock);
  return path;
}
