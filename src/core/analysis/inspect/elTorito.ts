import type { ElToritoEntry } from "../../../shared/inspection.ts";
import { efiPrograms } from "./fatFiles.ts";
import { type ImageBytes, stretchOf } from "./imageBytes.ts";
import { type IsoFile, isoBlock } from "./isoFiles.ts";

const entryBytes = 32;
const virtualSector = 512;
const emulations = ["none", "1.2 MB floppy", "1.44 MB floppy", "2.88 MB floppy", "hard disk"];
const platforms: Readonly<Record<number, "bios" | "uefi">> = { 0: "bios", 239: "uefi" };

/**
 * The boot images that a CD's catalog names. Source: El Torito, version 1.0, and UEFI 2.10, section 13.3.2.1.
 * @param catalogAt where the catalog begins, in bytes
 */
export async function elToritoEntries(
  bytes: ImageBytes,
  catalogAt: number,
  files: readonly IsoFile[],
): Promise<readonly ElToritoEntry[]> {
  const catalog = await bytes.read(catalogAt, isoBlock);
  if (catalog.length < 2 * entryBytes || catalog[0] !== 1 || catalog.readUInt16LE(30) !== 0xaa55) return [];
  const found: ElToritoEntry[] = [];
  const add = async (at: number, platform: number): Promise<void> => {
    const entry = catalog.subarray(at, at + entryBytes);
    const start = entry.readUInt32LE(8) * isoBlock;
    const loadBytes = entry.readUInt16LE(6) * virtualSector;
    const firmware = platforms[platform] ?? "other";
    const file = files.find(each => each.start === start && each.bytes > 0);
    const image = stretchOf(bytes, start, Math.max(loadBytes, file?.bytes ?? 0, isoBlock));
    found.push({
      firmware,
      bootable: entry[0] === 0x88,
      emulation: emulations[(entry[1] ?? 0) & 0xf] ?? "unknown",
      start,
      loadBytes,
      file: file?.path,
      programs: firmware === "uefi" ? await efiPrograms(image) : [],
    });
  };
  await add(entryBytes, catalog[1] ?? 0);
  // Section headers (90: more follow, 91: the last), each with its entries behind it.
  for (let at = 2 * entryBytes; at + entryBytes <= catalog.length; ) {
    const [mark, platform = 0] = [catalog[at], catalog[at + 1]];
    if (mark !== 0x90 && mark !== 0x91) break;
    const count = catalog.readUInt16LE(at + 2);
    at += entryBytes;
    for (let index = 0; index < count && at + entryBytes <= catalog.length; index++, at += entryBytes) {
      await add(at, platform);
    }
    if (mark === 0x91) break;
  }
  return found;
}
