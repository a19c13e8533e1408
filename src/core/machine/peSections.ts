const sectionHeader = 40;

/**
 * Names of the sections of an EFI program (PE/COFF); [] when the bytes are none. A unified kernel image has `.linux`.
 * @param head the start of the file, long enough for its section table
 */
export function peSections(head: Buffer): string[] {
  if (head.toString("latin1", 0, 2) !== "MZ" || head.length < 0x40) return [];
  const pe = head.readUInt32LE(0x3c);
  if (pe + 24 > head.length || head.toString("latin1", pe, pe + 4) !== "PE\0\0") return [];
  const count = head.readUInt16LE(pe + 6);
  const table = pe + 24 + head.readUInt16LE(pe + 20);
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * sectionHeader;
    if (at + sectionHeader > head.length) break;
    names.push(head.toString("latin1", at, at + 8).replace(/\0+$/, ""));
  }
  return names;
}
