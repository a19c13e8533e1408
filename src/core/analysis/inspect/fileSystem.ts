import type { FileSystem } from "../../../shared/inspection.ts";
import type { ImageBytes } from "../../image/imageBytes.ts";
import { efiPrograms, type FatBudget } from "./fatFiles.ts";

type Probe = (head: Buffer) => FileSystem | undefined;

// The superblock that lies furthest behind is that of btrfs.
const headBytes = 0x10000 + 4096;

/** Which file system (or swap, or what hides one) begins here; undefined for none that is known. */
export async function fileSystemOf(bytes: ImageBytes, budget: FatBudget): Promise<FileSystem | undefined> {
  const found = await knownFileSystem(bytes);
  if (!found?.type.startsWith("FAT")) return found;
  const programs = await efiPrograms(bytes, budget);
  return programs.length > 0 ? { ...found, programs } : found;
}

/** The same by its superblock alone. */
export async function knownFileSystem(bytes: ImageBytes): Promise<FileSystem | undefined> {
  const head = await bytes.read(0, headBytes);
  const found = probes.map(probe => guarded(probe, head)).find(each => each !== undefined);
  if (found?.bytes === undefined) return found;
  const size = countable(found.bytes);
  const free = found.freeBytes === undefined ? {} : { freeBytes: Math.min(size, countable(found.freeBytes)) };
  return { ...found, bytes: size, ...free };
}

// A damaged superblock may name more than can be counted, or less than nothing.
function countable(bytes: number): number {
  return Math.max(0, Math.min(Math.trunc(bytes) || 0, Number.MAX_SAFE_INTEGER));
}

// A damaged superblock is none.
function guarded(probe: Probe, head: Buffer): FileSystem | undefined {
  try {
    return probe(head);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const has = (head: Buffer, at: number, mark: string): boolean =>
  head.toString("latin1", at, at + mark.length) === mark;

const text = (head: Buffer, at: number, length: number): string | undefined =>
  head
    .toString("utf8", at, at + length)
    .replace(/\0.*$/s, "")
    .trim() || undefined;

function uuid(head: Buffer, at: number): string | undefined {
  const hex = head.toString("hex", at, at + 16);
  if (hex.length < 32 || /^0+$/.test(hex)) return undefined;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const ext: Probe = head => {
  const at = 0x400;
  if (head.readUInt16LE(at + 0x38) !== 0xef53) return undefined;
  const block = 1024 << head.readUInt32LE(at + 0x18);
  const [compatible, incompatible] = [head.readUInt32LE(at + 0x5c), head.readUInt32LE(at + 0x60)];
  // 64bit: the upper halves of the counts count.
  const isLarge = (incompatible & 0x80) !== 0;
  const count = (low: number, high: number): number =>
    head.readUInt32LE(at + low) + (isLarge ? head.readUInt32LE(at + high) * 2 ** 32 : 0);
  // extents, flex_bg and 64bit came with ext4; a journal makes ext3.
  const isExt4 = (incompatible & (0x40 | 0x80 | 0x200)) !== 0;
  return {
    type: isExt4 ? "ext4" : (compatible & 4) !== 0 ? "ext3" : "ext2",
    label: text(head, at + 0x78, 16),
    uuid: uuid(head, at + 0x68),
    bytes: count(0x04, 0x150) * block,
    freeBytes: count(0x0c, 0x158) * block,
  };
};

const squashfsMethods = ["", "gzip", "lzma", "lzo", "xz", "lz4", "zstd"];
const squashfs: Probe = head =>
  has(head, 0, "hsqs")
    ? {
        type: "squashfs",
        bytes: Number(head.readBigUInt64LE(40)),
        compression: squashfsMethods[head.readUInt16LE(20)],
      }
    : undefined;

const erofs: Probe = head =>
  head.readUInt32LE(0x400) === 0xe0f5e1e2
    ? {
        type: "erofs",
        label: text(head, 0x400 + 0x40, 16),
        uuid: uuid(head, 0x400 + 0x30),
        bytes: head.readUInt32LE(0x400 + 0x24) * 2 ** head.readUInt8(0x400 + 0x0c),
      }
    : undefined;

const fat: Probe = head => {
  const isFat32 = has(head, 0x52, "FAT32");
  if (!isFat32 && !has(head, 0x36, "FAT1")) return undefined;
  const sectors = head.readUInt16LE(0x13) || head.readUInt32LE(0x20);
  const at = isFat32 ? 0x43 : 0x27;
  const label = text(head, at + 4, 11);
  const serial = head.readUInt32LE(at).toString(16).toUpperCase().padStart(8, "0");
  return {
    type: isFat32 ? "FAT32" : head.toString("latin1", 0x36, 0x3b),
    label: label === "NO NAME" ? undefined : label,
    uuid: `${serial.slice(0, 4)}-${serial.slice(4)}`,
    bytes: sectors * head.readUInt16LE(0x0b),
  };
};

const btrfs: Probe = head =>
  has(head, 0x10040, "_BHRfS_M")
    ? {
        type: "btrfs",
        label: text(head, 0x10000 + 0x12b, 256),
        uuid: uuid(head, 0x10000 + 0x20),
        bytes: Number(head.readBigUInt64LE(0x10000 + 0x70)),
        freeBytes:
          Number(head.readBigUInt64LE(0x10000 + 0x70)) - Number(head.readBigUInt64LE(0x10000 + 0x78)),
      }
    : undefined;

const xfs: Probe = head =>
  has(head, 0, "XFSB")
    ? {
        type: "xfs",
        label: text(head, 0x6c, 12),
        uuid: uuid(head, 0x20),
        bytes: Number(head.readBigUInt64BE(8)) * head.readUInt32BE(4),
      }
    : undefined;

const swap: Probe = head =>
  has(head, 4096 - 10, "SWAPSPACE2")
    ? { type: "swap", label: text(head, 0x41c, 16), uuid: uuid(head, 0x40c) }
    : undefined;

const marked =
  (at: number, mark: string, type: string): Probe =>
  head =>
    has(head, at, mark) ? { type } : undefined;

const probes: readonly Probe[] = [
  ext,
  squashfs,
  erofs,
  btrfs,
  xfs,
  fat,
  swap,
  marked(3, "NTFS    ", "NTFS"),
  marked(3, "EXFAT   ", "exFAT"),
  marked(0, "LUKS\xba\xbe", "LUKS (encrypted)"),
  marked(0x200, "LABELONE", "LVM"),
  marked(0x8001, "CD001", "ISO 9660"),
];
