import type { ImageBytes } from "../../image/imageBytes.ts";
import { partitionTable, partitionTypes } from "../../image/partitionTable.ts";
import type { FirmwareKind } from "../../outputs/output.ts";
import { fileSystem, headBytes } from "./marks.ts";

/** What starts a disk, and why; or why nothing does. */
export type DiskStart =
  | { readonly firmware: FirmwareKind; readonly what: string; readonly why: string }
  | { readonly problem: string };

const codeBytes = 440;
// Where the longest parameter block of a FAT ends and its code begins.
const fatCode = 0x5a;
// Loaders that find their next part without a partition that is marked for them.
const ownLoaders = /GRUB|LILO|SYSLINUX|EXTLINUX|isolinux|limine/i;
// What mkfs.fat and others put where a loader would be.
const noLoader = /not a bootable disk|not bootable|Non-System disk/i;
// What mformat puts there: it starts the first disk, and this is it.
const otherDisk = Buffer.from("ba8000b90100cd137205ea007c0000cd19", "hex");
const { efiSystem, fat, microsoftData } = partitionTypes;
const fatTypes: readonly string[] = [...fat, microsoftData];

/**
 * What can start a disk, by its first bytes: a BIOS where it finds code to run, else UEFI where there is a partition
 * for it. Boot code alone says little: some tools put the usual code, which looks for a marked partition, on
 * disks that have none.
 */
export async function diskFirmware(bytes: ImageBytes): Promise<DiskStart> {
  const { table, partitions, marked } = await partitionTable(bytes);
  const head = await bytes.read(0, headBytes);
  const [only, ...others] = partitions;
  // mformat makes an entry for the whole disk.
  const isPlain = only?.start === 0 && others.length === 0 && fileSystem(head) === "FAT";
  if (table === "none" || isPlain) return plainStart(head);
  const has = (wanted: readonly string[]): boolean => partitions.some(({ type }) => wanted.includes(type));
  const efi = has([efiSystem]);
  const sector = head.subarray(0, 512);
  const hasCode = sector.subarray(0, codeBytes).some(byte => byte !== 0);
  const what = `a disk with ${table === "gpt" ? "a GPT" : "an MBR"}`;
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
  if (has(fatTypes)) {
    return { firmware: "uefi", what, why: "it has a FAT partition and no boot code for a BIOS" };
  }
  return { problem: "has partitions, but neither boot code for a BIOS nor an EFI system partition" };
}

/** A disk without partitions. */
function plainStart(head: Buffer): DiskStart {
  if (head.every(byte => byte === 0)) return { problem: "is empty: it has neither partitions nor a system" };
  const system = fileSystem(head);
  const sector = head.subarray(0, 512);
  const isFat = system === "FAT";
  const signed = sector.length === 512 && sector.readUInt16LE(510) === 0xaa55;
  const hasCode = signed && sector.subarray(isFat ? fatCode : 0, codeBytes).some(byte => byte !== 0);
  const isNoLoader = noLoader.test(sector.toString("latin1")) || sector.includes(otherDisk);
  if (signed && isFat && (!hasCode || isNoLoader)) {
    return { firmware: "uefi", what: "a FAT file system", why: "it has no loader for a BIOS" };
  }
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
