import type { ImageBytes } from "./imageBytes.ts";

/** Bytes of a sector of a CD. */
export const cdSector = 2048;

const firstDescriptor = 16;
const mostDescriptors = 64;
const lastDescriptor = 255;
const entryBytes = 32;
const virtualSector = 512;
const platforms: Readonly<Record<number, "bios" | "uefi">> = { 0: "bios", 239: "uefi" };
const section = 0x90;
const lastSection = 0x91;
const continuation = 0x44;

/** A boot image that the catalogue of a CD names. */
export interface CatalogueEntry {
  readonly firmware: "bios" | "uefi" | "other";
  readonly bootable: boolean;
  /** 0 for none, 1 to 3 for floppies, 4 for a hard disk. */
  readonly emulation: number;
  /** In bytes. */
  readonly start: number;
  /** In bytes. */
  readonly loadBytes: number;
}

/** The volume descriptors of a CD, in their order. Source: ECMA-119, section 8.1. */
export async function* volumeDescriptors(bytes: ImageBytes): AsyncGenerator<Buffer> {
  for (let index = 0; index < mostDescriptors; index++) {
    const descriptor = await bytes.read((firstDescriptor + index) * cdSector, cdSector);
    if (descriptor.length < cdSector || descriptor.toString("latin1", 1, 6) !== "CD001") return;
    if (descriptor[0] === lastDescriptor) return;
    yield descriptor;
  }
}

/**
 * The boot images of a CD, in its catalogue's order; [] for one without a catalogue, or with one that is damaged.
 * Source: El Torito, version 1.0, and UEFI 2.10, section 13.3.2.1.
 */
export async function bootCatalogue(bytes: ImageBytes): Promise<readonly CatalogueEntry[]> {
  const at = await catalogueAt(bytes);
  const catalogue = at === undefined ? Buffer.alloc(0) : await bytes.read(at, cdSector);
  if (catalogue.length < 2 * entryBytes || catalogue[0] !== 1 || catalogue.readUInt16LE(30) !== 0xaa55)
    return [];
  const found = [entryOf(catalogue.subarray(entryBytes), catalogue[1])];
  for (let at = 2 * entryBytes; at + entryBytes <= catalogue.length; ) {
    const [mark, platform] = [catalogue[at], catalogue[at + 1]];
    if (mark !== section && mark !== lastSection) break;
    const count = catalogue.readUInt16LE(at + 2);
    at += entryBytes;
    for (let index = 0; index < count && at + entryBytes <= catalogue.length; at += entryBytes) {
      // It belongs to the entry before it and is not counted.
      if (catalogue[at] === continuation) continue;
      found.push(entryOf(catalogue.subarray(at), platform));
      index += 1;
    }
    if (mark === lastSection) break;
  }
  return found;
}

async function catalogueAt(bytes: ImageBytes): Promise<number | undefined> {
  for await (const descriptor of volumeDescriptors(bytes)) {
    const isBootRecord = descriptor[0] === 0;
    if (isBootRecord && descriptor.toString("latin1", 7, 30) === "EL TORITO SPECIFICATION")
      return descriptor.readUInt32LE(0x47) * cdSector;
  }
  return undefined;
}

function entryOf(entry: Buffer, platform: number | undefined): CatalogueEntry {
  return {
    firmware: platforms[platform ?? -1] ?? "other",
    bootable: entry[0] === 0x88,
    emulation: (entry[1] ?? 0) & 0xf,
    start: entry.readUInt32LE(8) * cdSector,
    loadBytes: entry.readUInt16LE(6) * virtualSector,
  };
}
