import type { PackageVersion } from "../../debian/package.ts";
import type { Arch } from "../../host/host.ts";
import { atParameter } from "../../stages/atParameter.ts";
import type { Json, ParameterPath, ResolveContext } from "../../stages/stage.ts";
import type { FirmwareKind } from "../output.ts";

/** A package that boot loaders are taken out of. */
export type LoaderPackage =
  | "isolinux"
  | "syslinux-common"
  | "syslinux"
  | "grub-pc-bin"
  | "grub-efi-amd64-bin"
  | "grub-efi-arm64-bin"
  | "systemd-boot-efi";

/** The version of each package, as it stands in keys and lock files. */
export type LoaderVersions = Readonly<Partial<Record<LoaderPackage, PackageVersion>>>;

/** GRUB's modules for UEFI. */
export const grubPackages = {
  x86_64: "grub-efi-amd64-bin",
  aarch64: "grub-efi-arm64-bin",
} as const satisfies Readonly<Record<Arch, LoaderPackage>>;

/** What the boot loaders of a CD are made of. */
export function cdLoaderPackages(firmware: readonly FirmwareKind[], arch: Arch): readonly LoaderPackage[] {
  const bios = firmware.includes("bios") ? (["isolinux", "syslinux-common"] as const) : [];
  return [...bios, ...(firmware.includes("uefi") ? [grubPackages[arch]] : [])];
}

/**
 * Finds the versions that the mirrors offer.
 * @param at the parameter that asks for the loaders
 * @throws those of resolvePackage(), located
 */
export async function resolveLoaders(
  packages: readonly LoaderPackage[],
  at: ParameterPath,
  context: ResolveContext,
): Promise<Json> {
  const { resolvePackage } = await import("../../debian/resolvePackage.ts");
  const { host, arch, signal } = context;
  const found: Partial<Record<LoaderPackage, PackageVersion>> = {};
  for (const name of packages) {
    const { depends: _, ...version } = await atParameter(context, at, () =>
      resolvePackage(host, { package: name, arch, signal, log: line => context.log(line) }),
    );
    found[name] = version;
  }
  return found as Json;
}
