import { looksLikeTar } from "../../../tree/tarReadHeader.ts";

/** How a disk lies in its file, as QEMU calls it. */
export type DiskFormat = "raw" | "qcow2" | "vmdk" | "vdi" | "vhdx" | "vpc";

/** How much of a file's beginning diskFormat() wants to see. */
export const diskTellingBytes = 0x10048;

const containers: readonly (readonly [at: number, mark: string, format: DiskFormat])[] = [
  [0, "QFI\xfb", "qcow2"],
  [0, "KDMV", "vmdk"],
  [0, "# Disk DescriptorFile", "vmdk"],
  [0x40, "\x7f\x10\xda\xbe", "vdi"],
  [0, "vhdxfile", "vhdx"],
  [0, "conectix", "vpc"],
];

// A partition table, or a file system (or what hides one) that takes the whole disk.
const raw: readonly (readonly [at: number, mark: string])[] = [
  [0x200, "EFI PART"],
  [0x438, "\x53\xef"],
  [0x10040, "_BHRfS_M"],
  [0, "XFSB"],
  [0x400, "\x10\x20\xf5\xf2"],
  [0x36, "FAT1"],
  [0x52, "FAT32"],
  [3, "NTFS    "],
  [3, "EXFAT   "],
  [0, "LUKS\xba\xbe"],
  [0x200, "LABELONE"],
];
// Files that have a boot sector's mark, or read like another archive, without being a disk.
const others: readonly (readonly [at: number, mark: string])[] = [
  [0x202, "HdrS"],
  [0x8001, "CD001"],
  [0, "hsqs"],
  [0, "PK\x03\x04"],
  [0, "07070"],
  [0, "\x7fELF"],
];

/** Tells a disk image by the beginning of its bytes; undefined for everything else. */
export function diskFormat(start: Buffer): DiskFormat | undefined {
  const has = ([at, mark]: readonly [number, string, ...unknown[]]): boolean =>
    start.toString("latin1", at, at + mark.length) === mark;
  const container = containers.find(has)?.[2];
  if (container) return container;
  if (
    others.some(has) ||
    (looksLikeTar(start.subarray(0, 512)) && !start.subarray(0, 512).every(each => each === 0))
  )
    return undefined;
  return raw.some(has) || hasPartitionTable(start) ? "raw" : undefined;
}

const tableAt = 446;
const recordBytes = 16;

/** A master boot record: its mark, and four records that make sense. */
function hasPartitionTable(start: Buffer): boolean {
  if (start.length < 512 || start.readUInt16LE(510) !== 0xaa55) return false;
  const records = [0, 1, 2, 3].map(index =>
    start.subarray(tableAt + index * recordBytes, tableAt + (index + 1) * recordBytes),
  );
  if (records.some(record => record[0] !== 0 && record[0] !== 0x80)) return false;
  return records.some(record => record[4] !== 0 && record.readUInt32LE(12) > 0);
}
