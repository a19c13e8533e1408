import { stat } from "node:fs/promises";
import type { DiskReport, Partition } from "../../../shared/inspection.ts";
import type { Host } from "../../host/host.ts";
import { type ImageBytes, stretchOf } from "../../image/imageBytes.ts";
import { openImageBytes } from "../../image/openImage.ts";
import { partitionTable } from "../../image/partitionTable.ts";
import { type DiskStart, diskFirmware } from "../../machine/image/diskFirmware.ts";
import type { DiskFormat } from "../../stages/archive/diskImage/format.ts";
import { bootCodeOf, startsByUefi } from "./bootCode.ts";
import { type FatBudget, fatBudget } from "./fatFiles.ts";
import { fileSystemOf } from "./fileSystem.ts";

const statBlockBytes = 512;
// Each costs a read; a real disk has a dozen.
const mostLookedInto = 128;

/**
 * Looks into a disk image: its partitions, what file systems they hold, what can start it. Everything but a raw disk
 * is read with qemu-img.
 * @param path absolute
 * @throws Failure `disk-image-refused`, `tool-missing`
 */
export async function inspectDisk(
  path: string,
  format: DiskFormat,
  host: Host,
  signal: AbortSignal,
): Promise<DiskReport> {
  const { size, blocks } = await stat(path);
  const bytes = await openImageBytes(path, format, host, signal);
  try {
    const budget = fatBudget(signal);
    const { table, partitions } = await partitionTable(bytes);
    const filled = await withFileSystems(bytes, partitions, budget);
    const whole = table === "none" ? await fileSystemOf(bytes, budget) : undefined;
    const programs = [...filled.map(each => each.fileSystem), whole].flatMap(each => each?.programs ?? []);
    const firmware = firmwareOf(await diskFirmware(bytes), startsByUefi(programs));
    // A file system without a loader has something else in its first sector.
    const hasCode = whole === undefined || firmware.includes("bios");
    const bootCode = hasCode ? bootCodeOf(await bytes.read(0, 512)) : undefined;
    return {
      result: "inspect",
      kind: "disk",
      path,
      bytes: size,
      format,
      diskBytes: bytes.size,
      takenBytes: blocks * statBlockBytes,
      firmware,
      table,
      bootCode,
      partitions: filled,
      fileSystem: whole,
    };
  } finally {
    await bytes.close();
  }
}

/** What a boot would choose is always among them, with the other one where a program for it was seen. */
function firmwareOf(start: DiskStart, hasProgram: boolean): DiskReport["firmware"] {
  const first = "problem" in start ? undefined : start.firmware;
  return (["bios", "uefi"] as const).filter(each => each === first || (each === "uefi" && hasProgram));
}

/** The partitions, each with the file system that begins in it. */
export async function withFileSystems(
  bytes: ImageBytes,
  partitions: readonly Partition[],
  budget: FatBudget,
): Promise<Partition[]> {
  const filled: Partition[] = [];
  for (const each of partitions.slice(0, mostLookedInto)) {
    budget.signal.throwIfAborted();
    const fileSystem = await fileSystemOf(stretchOf(bytes, each.start, each.bytes), budget);
    filled.push(fileSystem ? { ...each, fileSystem } : each);
  }
  return [...filled, ...partitions.slice(mostLookedInto)];
}
