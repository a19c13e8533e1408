import type { DiskReport, Partition } from "../../shared/inspection.ts";
import type { ImageBytes } from "./imageBytes.ts";

const sector = 512;
const mbrTableAt = 446;
const activeFlag = 0x80;
const mostEntries = 1024;
// A disk of 8 PiB: positions stay whole numbers that can be counted with.
const mostSectors = 2n ** 44n - 2n;

/** What the types are called that tell which firmware starts a disk. */
export const partitionTypes = {
  efiSystem: "EFI system",
  biosBoot: "BIOS boot",
  microsoftData: "Microsoft basic data",
  protective: "GPT",
  fat: ["FAT12", "FAT16", "FAT32"],
} as const;

const gptTypes: Readonly<Record<string, string>> = {
  "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": partitionTypes.efiSystem,
  "21686148-6449-6e6f-744e-656564454649": partitionTypes.biosBoot,
  "0fc63daf-8483-4772-8e79-3d69d8477de4": "Linux",
  "4f68bce3-e8cd-4db1-96e7-fbcaf984b709": "Linux root (x86-64)",
  "b921b045-1df0-41c3-af44-4c6f280d3fae": "Linux root (ARM64)",
  "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f": "Linux swap",
  "bc13c2ff-59e6-4262-a352-b275fd6f7172": "Linux extended boot",
  "e6d6d379-f507-44c2-a23c-238f2a3df928": "Linux LVM",
  "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7": partitionTypes.microsoftData,
  "e3c9e316-0b5c-4db8-817d-f92df00215ae": "Microsoft reserved",
  "48465300-0000-11aa-aa11-00306543ecac": "Apple HFS+",
};

const mbrTypes: Readonly<Record<number, string>> = {
  0: "ISO 9660",
  1: "FAT12",
  4: "FAT16",
  6: "FAT16",
  7: "NTFS or exFAT",
  11: "FAT32",
  12: "FAT32",
  14: "FAT16",
  23: "hidden",
  130: "Linux swap",
  131: "Linux",
  142: "Linux LVM",
  191: "Solaris",
  205: "ISO 9660",
  238: partitionTypes.protective,
  239: partitionTypes.efiSystem,
};
const extended: ReadonlySet<number> = new Set([5, 15, 133]);
const none: PartitionTable = { table: "none", partitions: [], marked: false };

export interface PartitionTable extends Pick<DiskReport, "table" | "partitions"> {
  /** A partition is marked as the one that a BIOS boots, or kept for its loader. */
  readonly marked: boolean;
}

/** Reads the partition table at the start of a disk: GPT where there is one, else that of the master boot record. */
export async function partitionTable(bytes: ImageBytes): Promise<PartitionTable> {
  const head = await bytes.read(0, 2 * sector);
  if (head.length < sector || head.readUInt16LE(510) !== 0xaa55) return none;
  // A file system's own boot sector has code or text where a table would be.
  if (records(head).some(({ flag }) => flag !== 0 && flag !== activeFlag)) return none;
  const mbr = await mbrPartitions(bytes, head);
  // A hybrid ISO has a GPT that is valid only as far as its own tool cares; a disk has a protective entry.
  const hasGpt = head.length === 2 * sector && head.toString("latin1", sector, sector + 8) === "EFI PART";
  if (hasGpt && (mbr.length === 0 || mbr.some(each => each.type === partitionTypes.protective))) {
    const partitions = await gptPartitions(bytes, head);
    return { table: "gpt", partitions, marked: [...mbr, ...partitions].some(isMarked) };
  }
  return { table: mbr.length > 0 ? "mbr" : "none", partitions: mbr, marked: mbr.some(isMarked) };
}

function isMarked({ active, type }: Partition): boolean {
  return (active && type !== partitionTypes.protective) || type === partitionTypes.biosBoot;
}

function sectorsAt(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  return Number(value < mostSectors ? value : mostSectors);
}

async function gptPartitions(bytes: ImageBytes, head: Buffer): Promise<Partition[]> {
  const start = sectorsAt(head, sector + 72) * sector;
  const count = Math.min(head.readUInt32LE(sector + 80), mostEntries);
  const size = head.readUInt32LE(sector + 84);
  if (size < 128 || size > 4096) return [];
  const table = await bytes.read(start, count * size);
  const found: Partition[] = [];
  for (let index = 0; (index + 1) * size <= table.length; index++) {
    const entry = table.subarray(index * size, (index + 1) * size);
    const type = guid(entry, 0);
    if (/^[0-]+$/.test(type)) continue;
    const [first, last] = [32, 40].map(at => sectorsAt(entry, at)) as [number, number];
    const name = entry.toString("utf16le", 56, 128).replace(/\0.*$/s, "");
    found.push({
      number: index + 1,
      type: gptTypes[type] ?? type,
      ...(name === "" ? {} : { name }),
      uuid: guid(entry, 16),
      // Bit 2 of the attributes: a BIOS may start it.
      active: (entry.readUInt32LE(48) & 4) !== 0,
      start: first * sector,
      bytes: Math.max(0, last - first + 1) * sector,
    });
  }
  return found;
}

async function mbrPartitions(bytes: ImageBytes, head: Buffer): Promise<Partition[]> {
  const found: Partition[] = [];
  for (const [index, record] of records(head).entries()) {
    // A hybrid ISO has an active partition of no type, which is the whole of it.
    if (record.sectors === 0 || (record.type === 0 && record.flag !== activeFlag)) continue;
    if (extended.has(record.type)) found.push(...(await logicalPartitions(bytes, record.first)));
    else found.push(partition(index + 1, record, 0));
  }
  return found.sort((a, b) => a.number - b.number);
}

/** The partitions inside an extended one: a chain of tables, each with one partition and where the next table is. */
async function logicalPartitions(bytes: ImageBytes, base: number): Promise<Partition[]> {
  const found: Partition[] = [];
  for (let at = base; found.length < mostEntries; ) {
    const table = await bytes.read(at * sector, sector);
    if (table.length < sector || table.readUInt16LE(510) !== 0xaa55) break;
    const [own, next] = records(table);
    if (own && own.type !== 0) found.push(partition(5 + found.length, own, at));
    if (!next || next.type === 0 || next.first === 0 || base + next.first <= at) break;
    at = base + next.first;
  }
  return found;
}

interface MbrRecord {
  /** What a loader of a BIOS looks for: `activeFlag`, or nothing. */
  readonly flag: number;
  readonly type: number;
  readonly first: number;
  readonly sectors: number;
}

function records(table: Buffer): MbrRecord[] {
  return [0, 1, 2, 3].map(index => {
    const at = mbrTableAt + index * 16;
    return {
      flag: table[at] ?? 0,
      type: table[at + 4] ?? 0,
      first: table.readUInt32LE(at + 8),
      sectors: table.readUInt32LE(at + 12),
    };
  });
}

function partition(number: number, { flag, type, first, sectors }: MbrRecord, base: number): Partition {
  const hex = `type 0x${type.toString(16).padStart(2, "0")}`;
  return {
    number,
    type: mbrTypes[type] ?? hex,
    active: flag === activeFlag,
    start: (base + first) * sector,
    bytes: sectors * sector,
  };
}

/** A GUID as people write it. */
export function guid(bytes: Buffer, at: number): string {
  const hex = (from: number, to: number, swapped: boolean): string => {
    const part = Buffer.from(bytes.subarray(at + from, at + to));
    return (swapped ? part.reverse() : part).toString("hex");
  };
  return [hex(0, 4, true), hex(4, 6, true), hex(6, 8, true), hex(8, 10, false), hex(10, 16, false)].join("-");
}
