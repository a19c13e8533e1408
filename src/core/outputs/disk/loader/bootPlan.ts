import type { Place } from "../../../stages/stage.ts";
import type { LoaderPackage } from "../../loaders/loaderPackages.ts";
import { grubPackages } from "../../loaders/loaderPackages.ts";
import type { FirmwareKind } from "../../output.ts";
import type { DiskParameters } from "../diskSchema.ts";

export type TableKind = "none" | "mbr" | "gpt";

/** How a disk is laid out and started. */
export interface BootPlan {
  readonly table: TableKind;
  /** What a BIOS starts; undefined where none can. */
  readonly bios: "grub" | "syslinux" | undefined;
  /** What UEFI starts; undefined where it cannot. */
  readonly uefi: "grub" | "uki" | "systemd-boot" | undefined;
}

const serves = {
  grub: ["bios", "uefi"],
  syslinux: ["bios"],
  uki: ["uefi"],
  "systemd-boot": ["uefi"],
} as const;

/** What the disk of these parameters can be started by. */
export function firmwareOf({ firmware = "none" }: DiskParameters): readonly FirmwareKind[] {
  if (firmware === "both") return ["bios", "uefi"];
  return firmware === "none" ? [] : [firmware];
}

/**
 * Decides on partitions and boot loaders.
 * @throws Failure `disk-firmware`, `disk-bootloader`, `disk-partitions`, located
 */
export function bootPlan(given: DiskParameters, place: Pick<Place, "arch" | "fail">): BootPlan {
  const firmware = firmwareOf(given);
  checkFirmware(given, firmware, place);
  const named = given.bootloader === "auto" ? undefined : given.bootloader;
  const usual = firmware.includes("uefi")
    ? "gpt"
    : firmware.length > 0 || given.swap !== undefined || given.extra !== undefined
      ? "mbr"
      : "none";
  const table = given.partitions ?? usual;
  if (table === "none" && (firmware.length > 0 || given.swap !== undefined || given.extra !== undefined)) {
    const more = given.swap === undefined ? "more partitions" : "swap";
    const what = firmware.length > 0 ? "A disk that boots by itself" : `A disk with ${more}`;
    throw place.fail("disk-partitions", `${what} needs partitions.`, {
      at: ["partitions"],
      advice: "Write partitions: gpt or mbr, or leave it out.",
    });
  }
  return {
    table,
    bios: firmware.includes("bios") ? (named === "syslinux" ? "syslinux" : "grub") : undefined,
    uefi: firmware.includes("uefi")
      ? named === "uki" || named === "systemd-boot"
        ? named
        : "grub"
      : undefined,
  };
}

function checkFirmware(
  given: DiskParameters,
  firmware: readonly FirmwareKind[],
  place: Pick<Place, "arch" | "fail">,
): void {
  if (place.arch !== "x86_64" && firmware.includes("bios")) {
    throw place.fail("disk-firmware", `A machine with an ${place.arch} processor has no BIOS.`, {
      at: ["firmware"],
      advice: "Write firmware: uefi.",
    });
  }
  for (const field of ["bootloader", "cmdline"] as const) {
    if (given[field] === undefined || firmware.length > 0) continue;
    throw place.fail("disk-bootloader", `${field} only counts on a disk that boots by itself.`, {
      at: [field],
      advice: `Add firmware: both, or remove ${field}.`,
    });
  }
  const named = given.bootloader ?? "auto";
  if (named === "auto" || firmware.some(each => serves[named].some(kind => kind === each))) return;
  if (firmware.length === 0) return;
  throw place.fail("disk-bootloader", `${named} is not started by ${firmware.join(" or ")}.`, {
    at: ["bootloader"],
    advice: `Write firmware: ${serves[named][0]} or both, or bootloader: grub.`,
  });
}

/** What the boot loaders are taken out of. */
export function diskLoaderPackages(plan: BootPlan, arch: Place["arch"]): readonly LoaderPackage[] {
  const found: LoaderPackage[] = [];
  if (plan.bios) found.push(plan.bios === "grub" ? "grub-pc-bin" : "syslinux");
  if (plan.uefi) found.push(plan.uefi === "grub" ? grubPackages[arch] : "systemd-boot-efi");
  return found;
}
