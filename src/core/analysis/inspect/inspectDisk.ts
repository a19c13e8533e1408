import { stat } from "node:fs/promises";
import type { DiskReport, Partition } from "../../../shared/inspection.ts";
import type { Host } from "../../host/host.ts";
import { runTool } from "../../host/runTool.ts";
import type { DiskFormat } from "../../stages/archive/diskImage/format.ts";
import { checkImage } from "../../stages/archive/diskImage/imageFacts.ts";
import { bootCodeOf, startsByUefi } from "./bootCode.ts";
import { fileSystemOf } from "./fileSystem.ts";
import { type ImageBytes, openPlainBytes, stretchOf } from "./imageBytes.ts";
import { partitionTable } from "./partitionTable.ts";
import { openQemuBytes } from "./qemuBytes.ts";

const statBlockBytes = 512;

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
  await checkImage(host, path, format, signal);
  const [{ size, blocks }, bytes] = await Promise.all([stat(path), openDisk(path, format, host, signal)]);
  try {
    const head = await bytes.read(0, 512);
    const { table, partitions } = await partitionTable(bytes);
    const filled = await withFileSystems(bytes, partitions);
    const whole = table === "none" ? await fileSystemOf(bytes) : undefined;
    // A file system has boot code of its own in its first sector.
    const bootCode = whole ? undefined : bootCodeOf(head);
    const programs = [...filled.map(each => each.fileSystem), whole].flatMap(each => each?.programs ?? []);
    return {
      result: "inspect",
      kind: "disk",
      path,
      bytes: size,
      format,
      diskBytes: bytes.size,
      takenBytes: blocks * statBlockBytes,
      firmware: [
        ...(bootCode === undefined ? [] : (["bios"] as const)),
        ...(startsByUefi(programs) ? (["uefi"] as const) : []),
      ],
      table,
      bootCode,
      partitions: filled,
      fileSystem: whole,
    };
  } finally {
    await bytes.close();
  }
}

/** The partitions, each with the file system that begins in it. */
export async function withFileSystems(
  bytes: ImageBytes,
  partitions: readonly Partition[],
): Promise<Partition[]> {
  const filled: Partition[] = [];
  for (const each of partitions) {
    const fileSystem = await fileSystemOf(stretchOf(bytes, each.start, each.bytes));
    filled.push(fileSystem ? { ...each, fileSystem } : each);
  }
  return filled;
}

async function openDisk(
  path: string,
  format: DiskFormat,
  host: Host,
  signal: AbortSignal,
): Promise<ImageBytes> {
  if (format === "raw") return openPlainBytes(path);
  const info = await runTool(host, "qemu-img", ["info", "-U", "--output=json", "-f", format, path], {
    signal,
  });
  const size = (JSON.parse(info.stdout) as { "virtual-size": number })["virtual-size"];
  return openQemuBytes(host, path, format, size, signal);
}
