import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { grubImage } from "../loaders/grubImage.ts";
import { grubPackages, type LoaderVersions } from "../loaders/loaderPackages.ts";
import { packageFile, versionOf } from "../loaders/packageFiles.ts";
import type { FirmwareKind, OutputContext } from "../output.ts";
import { grubMenu, grubPlan, isolinuxConfig, type LinuxBoot } from "./bootConfigs.ts";
import { efiImage } from "./efiImage.ts";
import type { IsoBootImage, IsoFile } from "./xorrisoScript.ts";

/** What the boot loaders need on an ISO. */
export interface LoaderFiles {
  readonly files: readonly IsoFile[];
  readonly images: readonly IsoBootImage[];
  readonly diskSector?: string;
}

const biosModules = "usr/lib/syslinux/modules/bios";

/**
 * isolinux for a BIOS, GRUB for UEFI, each with its configuration.
 * @throws Failure `loader-missing`, those of fetchPackage(), `tool-missing`, `tool-failed`
 */
export async function loaderFiles(
  boot: LinuxBoot,
  firmware: readonly FirmwareKind[],
  versions: LoaderVersions,
  context: OutputContext,
): Promise<LoaderFiles> {
  const [bios, uefi] = await Promise.all([
    firmware.includes("bios") ? isolinux(boot, versions, context) : undefined,
    firmware.includes("uefi") ? grub(boot, versions, context) : undefined,
  ]);
  const parts = [bios, uefi].filter(part => part !== undefined);
  return {
    files: parts.flatMap(part => part.files),
    images: parts.flatMap(part => part.images),
    ...(bios?.diskSector === undefined ? {} : { diskSector: bios.diskSector }),
  };
}

async function isolinux(
  boot: LinuxBoot,
  versions: LoaderVersions,
  context: OutputContext,
): Promise<LoaderFiles> {
  const loader = versionOf(versions, "isolinux");
  const modules = versionOf(versions, "syslinux-common");
  const config = join(await context.scratch(), "isolinux.cfg");
  await writeFile(config, isolinuxConfig(boot));
  const names = ["ldlinux.c32", ...(boot.timeout > 0 ? ["menu.c32", "libutil.c32"] : [])];
  const [program, diskSector, ...parts] = await Promise.all([
    packageFile(loader, "usr/lib/ISOLINUX/isolinux.bin", context),
    packageFile(loader, "usr/lib/ISOLINUX/isohdpfx.bin", context),
    ...names.map(name => packageFile(modules, `${biosModules}/${name}`, context)),
  ]);
  const path = "isolinux/isolinux.bin";
  return {
    files: [
      { path, source: program },
      ...parts.map((source, index) => ({ path: `isolinux/${names[index]}`, source })),
      { path: "isolinux/isolinux.cfg", source: config },
    ],
    images: [{ path, firmware: "bios", loadSize: 4, infoTable: true }],
    diskSector,
  };
}

async function grub(boot: LinuxBoot, versions: LoaderVersions, context: OutputContext): Promise<LoaderFiles> {
  const { modules, embedded, menu } = grubPlan(boot, context.arch);
  const program = await grubImage(modules, embedded, versions, context);
  const { sha256 } = versionOf(versions, grubPackages[context.arch]);
  const path = "boot/efi.img";
  const image = await efiImage(program, JSON.stringify([sha256, modules, embedded]), context);
  const files: IsoFile[] = [{ path, source: image }];
  if (menu !== undefined) {
    const source = join(await context.scratch(), "grub.cfg");
    await writeFile(source, menu);
    files.push({ path: grubMenu, source });
  }
  return { files, images: [{ path, firmware: "uefi", loadSize: 4, infoTable: false }] };
}
