import type { Arch } from "../../../host/host.ts";

export const sector = 512;
const MiB = 2 ** 20;
/** Where the first partition for content starts; boot code that a BIOS runs lies before it. */
export const firstByte = MiB;
// The second copy of a GPT: 32 sectors of entries and a header.
const gptTail = 33 * sector;

export type PartitionRole = "bios-boot" | "boot" | "efi" | "swap" | "extra" | "root";

/** What tells one extra partition from another. */
export interface ExtraKind {
  readonly label: string;
  /** Its type in a GPT, a uuid, and in an MBR. */
  readonly gpt: string;
  readonly mbr: string;
}

/** What is to lie on a disk, in order. */
export interface WantedPartition {
  readonly role: PartitionRole;
  readonly bytes: number;
  /** For the role `extra`. */
  readonly extra?: ExtraKind | undefined;
}

/** Names a partition among those of its disk. */
export function partitionKey({ role, extra }: Pick<WantedPartition, "role" | "extra">): string {
  return extra ? `${role} ${extra.label}` : role;
}

/** A partition with its place, in bytes. */
export interface Partition extends WantedPartition {
  /** From 1. */
  readonly number: number;
  readonly start: number;
}

export interface Layout {
  readonly table: "mbr" | "gpt";
  readonly partitions: readonly Partition[];
  /** Of the disk. */
  readonly bytes: number;
}

/** Places partitions at whole MiB; the one for a BIOS's boot code lies before the first of them. */
export function layOut(table: "mbr" | "gpt", wanted: readonly WantedPartition[]): Layout {
  const partitions: Partition[] = [];
  let at = firstByte;
  for (const each of wanted) {
    const number = partitions.length + 1;
    if (each.role === "bios-boot") {
      const start = 34 * sector;
      partitions.push({ ...each, number, start, bytes: firstByte - start });
      continue;
    }
    const bytes = Math.ceil(each.bytes / sector) * sector;
    partitions.push({ ...each, number, start: at, bytes });
    at = Math.ceil((at + bytes) / MiB) * MiB;
  }
  const last = partitions.at(-1);
  const end = (last ? last.start + last.bytes : firstByte) + (table === "gpt" ? gptTail : 0);
  return { table, partitions, bytes: Math.ceil(end / MiB) * MiB };
}

/** Bytes that a disk needs beside its last partition, of which `before` are what comes before it. */
export function overheadOf(table: "mbr" | "gpt", before: readonly WantedPartition[]): number {
  const root = layOut(table, [...before, { role: "root", bytes: 0 }]).partitions.at(-1);
  return (root?.start ?? firstByte) + (table === "gpt" ? MiB : 0);
}

// https://uapi-group.org/specifications/specs/discoverable_partitions_specification/
const gptTypes: Readonly<Record<Exclude<PartitionRole, "root" | "extra">, string>> = {
  "bios-boot": "21686148-6449-6E6F-744E-656564454649",
  boot: "BC13C2FF-59E6-4262-A352-B275FD6F7172",
  efi: "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
  swap: "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F",
};
const gptRoots: Readonly<Record<Arch, string>> = {
  x86_64: "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
  aarch64: "B921B045-1DF0-41C3-AF44-4C6F280D3FAE",
};
const mbrTypes: Readonly<Record<Exclude<PartitionRole, "extra">, string>> = {
  "bios-boot": "da",
  boot: "c",
  efi: "ef",
  swap: "82",
  root: "83",
};

/**
 * What sfdisk is told.
 * @param uuid a fixed one for each purpose
 * @param active whether a BIOS looks for its boot sector on the FAT partition
 */
export function sfdiskScript(
  { table, partitions }: Layout,
  arch: Arch,
  uuid: (purpose: string) => string,
  active: boolean,
): string {
  const head =
    table === "gpt"
      ? ["label: gpt", `label-id: ${uuid("disk")}`, "first-lba: 34"]
      : ["label: dos", `label-id: 0x${mbrId(uuid)}`];
  const lines = partitions.map(partition => {
    const { role, start, bytes, extra } = partition;
    const isBoot = role === "boot" || role === "efi";
    const place = `start=${start / sector}, size=${bytes / sector}`;
    if (table === "mbr")
      return `${place}, type=${role === "extra" ? extra?.mbr : mbrTypes[role]}${isBoot && active ? ", bootable" : ""}`;
    const type = role === "root" ? gptRoots[arch] : role === "extra" ? extra?.gpt : gptTypes[role];
    const flags = isBoot && active ? ', attrs="LegacyBIOSBootable"' : "";
    return `${place}, type=${type}, uuid=${uuid(`partition ${partitionKey(partition)}`)}, name="${extra?.label ?? role}"${flags}`;
  });
  return [...head, "unit: sectors", "sector-size: 512", "", ...lines, ""].join("\n");
}

/** The disk signature of an MBR, by which its partitions are known; never 0. */
function mbrId(uuid: (purpose: string) => string): string {
  return uuid("disk")
    .replaceAll("-", "")
    .slice(-8)
    .replace(/^0{8}$/, "00000001");
}

/** A partition's PARTUUID as Linux says it. */
export function partUuid(
  table: "mbr" | "gpt",
  partition: Partition,
  uuid: (purpose: string) => string,
): string {
  if (table === "gpt") return uuid(`partition ${partitionKey(partition)}`);
  return `${mbrId(uuid)}-${partition.number.toString(16).padStart(2, "0")}`;
}
