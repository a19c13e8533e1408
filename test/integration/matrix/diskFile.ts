import { tool } from "./tool.ts";

/** Puts a raw disk into another format. */
export async function convert(disk: string, target: string, format: string): Promise<string> {
  await tool("qemu-img", "convert", "-f", "raw", "-O", format, disk, target);
  return target;
}

/** Makes an empty disk with the partitions that sfdisk reads in `table`. */
export async function partition(disk: string, mebibytes: number, table: string): Promise<void> {
  await tool("truncate", "-s", `${mebibytes}M`, disk);
  await tool("sh", "-c", 'printf %s "$1" | sfdisk -q "$0"', disk, table);
}

/** Puts a file, or its first bytes, onto a disk. */
export async function write(disk: string, source: string, offset: number, length?: number): Promise<void> {
  const part = length === undefined ? [] : [`count=${length}`, "iflag=count_bytes"];
  await tool(
    ...(["dd", `if=${source}`, `of=${disk}`, "conv=notrunc,sparse", "status=none"] as const),
    ...["oflag=seek_bytes", `seek=${offset}`, ...part],
  );
}
