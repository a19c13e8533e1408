import type { FirmwareKind } from "../../outputs/output.ts";
import { readBytes } from "./imageHead.ts";

const block = 2048;
const entryBytes = 32;
const bootRecord = 17 * block;
const bootable = 0x88;
const platforms: Readonly<Record<number, FirmwareKind>> = { 0: "bios", 239: "uefi" };

/** Which firmware finds something to start on a CD, as its boot catalogue (El Torito) says, in its order. */
export async function cdFirmware(path: string): Promise<readonly FirmwareKind[]> {
  const record = await readBytes(path, bootRecord, block);
  if (record.toString("latin1", 1, 6) !== "CD001" || record[0] !== 0) return [];
  if (!record.toString("latin1", 7, 39).startsWith("EL TORITO SPECIFICATION")) return [];
  const catalogue = await readBytes(path, record.readUInt32LE(0x47) * block, block);
  const found: FirmwareKind[] = [];
  const entry = (at: number, platform: number | undefined): void => {
    const firmware = platforms[platform ?? -1];
    if (catalogue[at] === bootable && firmware && !found.includes(firmware)) found.push(firmware);
  };
  if (catalogue[0] !== 1) return [];
  entry(entryBytes, catalogue[1]);
  let at = 2 * entryBytes;
  // Sections: 0x90 when more follow, 0x91 for the last.
  while (catalogue[at] === 0x90 || catalogue[at] === 0x91) {
    const last = catalogue[at] === 0x91;
    const [platform, count] = [catalogue[at + 1], catalogue.readUInt16LE(at + 2)];
    at += entryBytes;
    for (let index = 0; index < count && at < catalogue.length; at += entryBytes) {
      // 0x44 continues the entry before it.
      if (catalogue[at] === 0x44) continue;
      entry(at, platform);
      index += 1;
    }
    if (last) break;
  }
  return found;
}
