const sector = 512;
// C12A7328-F81F-11D2-BA4B-00A0C93EC93B, as GPT stores it: the first three groups little-endian.
const efiSystem = Buffer.from("28732ac11ff8d211ba4b00a0c93ec93b", "hex");
const mbrEfiSystem = 0xef;

/** Whether the partition table (GPT, or MBR) at the start of a disk names an EFI system partition. */
export function hasEfiPartition(head: Buffer): boolean {
  if (head.toString("latin1", sector, sector + 8) === "EFI PART") return gptTypes(head).some(isEfi);
  return [0, 1, 2, 3].some(index => head[446 + 16 * index + 4] === mbrEfiSystem);
}

function isEfi(type: Buffer): boolean {
  return type.equals(efiSystem);
}

function gptTypes(head: Buffer): Buffer[] {
  const start = Number(head.readBigUInt64LE(sector + 72)) * sector;
  const count = head.readUInt32LE(sector + 80);
  const size = head.readUInt32LE(sector + 84);
  const types: Buffer[] = [];
  for (let at = start; size >= 128 && types.length < count && at + size <= head.length; at += size) {
    types.push(head.subarray(at, at + 16));
  }
  return types;
}
