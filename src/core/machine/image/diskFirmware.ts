import type { FirmwareKind } from "../../outputs/output.ts";
import { fileSystem } from "./marks.ts";
import { partitionTable } from "./partitionTable.ts";

/** What starts a disk, and why; or why nothing does. */
export type DiskStart =
  | { readonly firmware: FirmwareKind; readonly what: string; readonly why: string }
  | { readonly problem: string };

const codeBytes = 440;
// Loaders that find their next part without a partition that is marked for them.
const ownLoaders = /GRUB|LILO|SYSLINUX|EXTLINUX|isolinux|limine/i;
// What mkfs.fat and mformat put where a loader would be.
const noLoader = /not a bootable disk|not bootable|Non-System disk/i;

/**
 * What can start a disk, by its first bytes: a BIOS where it finds code to run, else UEFI where there is a partition
 * for it. Boot code alone says little: some tools put the usual code, which looks for a marked partition, on
 * disks that have none.
 */
export function diskFirmware(head: Buffer): DiskStart {
  const table = partitionTable(head);
  const sector = head.subarray(0, 512);
  const signed = sector.length === 512 && sector.readUInt16LE(510) === 0xaa55;
  const system = fileSystem(head);
  if (!table) {
    if (head.every(byte => byte === 0))
      return { problem: "is empty: it has neither partitions nor a system" };
    if (signed && noLoader.test(sector.toString("latin1")) && system === "FAT") {
      return { firmware: "uefi", what: "a FAT file system", why: "it has no loader for a BIOS" };
    }
    const hasCode = signed && sector.subarray(0, codeBytes).some(byte => byte !== 0);
    const what =
      system === undefined ? "a disk without partitions" : `a disk that is one ${system} file system`;
    if (hasCode) return { firmware: "bios", what, why: "it has a boot sector" };
    return {
      problem:
        system === undefined
          ? "has no boot sector and no partitions"
          : `is a plain file system (${system}) without a boot loader`,
    };
  }
  const { kind, efi, fat, marked } = table;
  const hasCode = sector.subarray(0, codeBytes).some(byte => byte !== 0);
  const what = `a disk with ${kind === "gpt" ? "a GPT" : "an MBR"}`;
  const both = efi ? "; UEFI may start it as well" : "";
  if (hasCode && (marked || !efi || ownLoaders.test(sector.toString("latin1")))) {
    return { firmware: "bios", what, why: `it has boot code for a BIOS${both}` };
  }
  if (efi) {
    const why = hasCode
      ? "it has an EFI system partition and none that is marked for a BIOS"
      : "it has an EFI system partition and no boot code for a BIOS";
    return { firmware: "uefi", what, why };
  }
  if (fat) return { firmware: "uefi", what, why: "it has a FAT partition and no boot code for a BIOS" };
  return { problem: "has partitions, but neither boot code for a BIOS nor an EFI system partition" };
}
