import type { ElToritoEntry } from "../../../shared/inspection.ts";
import { bootCatalogue, cdSector } from "../../image/elTorito.ts";
import { type ImageBytes, stretchOf } from "../../image/imageBytes.ts";
import { efiPrograms, type FatBudget } from "./fatFiles.ts";
import type { IsoFile } from "./isoFiles.ts";

const emulations = ["none", "1.2 MB floppy", "1.44 MB floppy", "2.88 MB floppy", "hard disk"];

/** The boot images that a CD's catalogue names, each with the file it is and the programs in it. */
export async function elToritoEntries(
  bytes: ImageBytes,
  files: readonly IsoFile[],
  budget: FatBudget,
): Promise<readonly ElToritoEntry[]> {
  const found: ElToritoEntry[] = [];
  for (const { firmware, bootable, emulation, start, loadBytes } of await bootCatalogue(bytes)) {
    const file = files.find(each => each.start === start && each.bytes > 0);
    const image = stretchOf(bytes, start, Math.max(loadBytes, file?.bytes ?? 0, cdSector));
    found.push({
      firmware,
      bootable,
      emulation: emulations[emulation] ?? "unknown",
      start,
      loadBytes,
      file: file?.path,
      programs: firmware === "uefi" ? await efiPrograms(image, budget) : [],
    });
  }
  return found;
}
