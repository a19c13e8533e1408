const sector = 512;
const mbrStart = 446;
const mbrEntryBytes = 16;
const active = 0x80;
const mbrEfiSystem = 0xef;
const mbrProtective = 0xee;
const mbrFat: readonly number[] = [0x01, 0x04, 0x06, 0x0b, 0x0c, 0x0e];

// As GPT stores them: the first three groups little-endian.
const gptEfiSystem = "28732ac11ff8d211ba4b00a0c93ec93b";
const gptBiosBoot = "4861682149646f6e744e656564454649";
const gptMicrosoftData = "a2a0d0ebe5b9334487c068b6b72699c7";
const gptUnused = "0".repeat(32);
const legacyBootable = 2;

/** What the partition table at the start of a disk says about starting it. */
export interface PartitionTable {
  readonly kind: "gpt" | "mbr";
  readonly partitions: number;
  /** There is an EFI system partition. */
  readonly efi: boolean;
  /** There is a partition that a UEFI may find programs on though it is not called an EFI system partition. */
  readonly fat: boolean;
  /** A partition is marked as the one that a BIOS boots, or kept for its loader. */
  readonly marked: boolean;
}

/** @returns undefined when there is none */
export function partitionTable(head: Buffer): PartitionTable | undefined {
  if (head.length < sector || head.readUInt16LE(510) !== 0xaa55) return undefined;
  const entries = [0, 1, 2, 3].map(index => {
    const at = mbrStart + index * mbrEntryBytes;
    return { flag: head[at] ?? 0, type: head[at + 4] ?? 0, sectors: head.readUInt32LE(at + 12) };
  });
  // A file system's own boot sector has code or text where a table would be.
  if (entries.some(({ flag }) => flag !== 0 && flag !== active)) return undefined;
  const used = entries.filter(({ type, sectors }) => type !== 0 && sectors > 0);
  if (used.length === 0) return undefined;
  const marked = used.some(({ flag, type }) => flag === active && type !== mbrProtective);
  if (used.some(({ type }) => type === mbrProtective)) {
    const found = gptEntries(head);
    if (found) {
      return {
        kind: "gpt",
        partitions: found.length,
        efi: found.some(({ type }) => type === gptEfiSystem),
        fat: found.some(({ type }) => type === gptMicrosoftData),
        marked: marked || found.some(({ type, legacy }) => legacy || type === gptBiosBoot),
      };
    }
  }
  return {
    kind: "mbr",
    partitions: used.length,
    efi: used.some(({ type }) => type === mbrEfiSystem),
    fat: used.some(({ type }) => mbrFat.includes(type)),
    marked,
  };
}

function gptEntries(head: Buffer): { readonly type: string; readonly legacy: boolean }[] | undefined {
  if (head.toString("latin1", sector, sector + 8) !== "EFI PART") return undefined;
  const start = Number(head.readBigUInt64LE(sector + 72)) * sector;
  const count = head.readUInt32LE(sector + 80);
  const size = head.readUInt32LE(sector + 84);
  const entries: { readonly type: string; readonly legacy: boolean }[] = [];
  for (let index = 0; size >= 128 && index < count && start + (index + 1) * size <= head.length; index++) {
    const at = start + index * size;
    const type = head.toString("hex", at, at + 16);
    if (type !== gptUnused)
      entries.push({ type, legacy: ((head[at + 48] ?? 0) & (1 << legacyBootable)) !== 0 });
  }
  return entries;
}
