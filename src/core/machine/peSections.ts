const sectionHeader = 40;

/** A section of an EFI program. */
export interface PeSection {
  readonly name: string;
  /** Bytes of content; the file may have more, up to the next whole block. */
  readonly size: number;
  /** Where the content begins in the file. */
  readonly offset: number;
  /** Where it lies in memory, from the start of the image, and how much it takes there. */
  readonly address: number;
  readonly memory: number;
}

/** What the headers of an EFI program (PE32+) say. */
export interface PeImage {
  readonly sections: readonly PeSection[];
  readonly imageBase: bigint;
  /** Sections lie at multiples of this in memory. */
  readonly alignment: number;
  /** First address behind all sections, from the start of the image. */
  readonly end: number;
}

/**
 * Reads the headers of an EFI program (PE/COFF).
 * @param head the start of the file, long enough for its section table
 * @throws RangeError when the bytes are none
 */
export function peImage(head: Buffer): PeImage {
  const pe =
    head.toString("latin1", 0, 2) === "MZ" && head.length >= 0x40 ? head.readUInt32LE(0x3c) : head.length;
  if (head.toString("latin1", pe, pe + 4) !== "PE\0\0") throw new RangeError("no PE program");
  const count = head.readUInt16LE(pe + 6);
  const optional = pe + 24;
  const table = optional + head.readUInt16LE(pe + 20);
  const sections: PeSection[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * sectionHeader;
    if (at + sectionHeader > head.length) break;
    const name = head.toString("latin1", at, at + 8).replace(/\0+$/, "");
    const [memory, address, stored, offset] = [8, 12, 16, 20].map(field => head.readUInt32LE(at + field));
    const size = Math.min(memory || (stored ?? 0), stored ?? 0);
    sections.push({ name, size, offset: offset ?? 0, address: address ?? 0, memory: memory ?? 0 });
  }
  const large = head.readUInt16LE(optional) === 0x20b;
  return {
    sections,
    imageBase: large ? head.readBigUInt64LE(optional + 24) : BigInt(head.readUInt32LE(optional + 28)),
    alignment: Math.max(4096, head.readUInt32LE(optional + 32)),
    end: Math.max(0, ...sections.map(({ address, memory }) => address + memory)),
  };
}

/** Names of the sections; [] when the bytes are no EFI program. A unified kernel image has `.linux`. */
export function peSections(head: Buffer): string[] {
  try {
    return peImage(head).sections.map(section => section.name);
  } catch {
    return [];
  }
}
