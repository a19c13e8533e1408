import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../../host/runTool.ts";
import type { OutputContext } from "../../output.ts";
import type { Layout, PartitionRole } from "./layout.ts";

/** Bytes that lie on a disk outside its file systems. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * Writes a disk: the table, then what lies on the partitions.
 * @param images path of the content of each partition that has one
 * @returns path of the disk, a sparse file
 * @throws Failure `tool-missing`, `tool-failed`
 */
export async function writeDisk(
  layout: Layout,
  table: string,
  images: Readonly<Partial<Record<PartitionRole, string>>>,
  patches: readonly Patch[],
  context: OutputContext,
): Promise<string> {
  const { host, signal } = context;
  const path = join(await context.scratch(), "disk.raw");
  const empty = await open(path, "wx");
  try {
    await empty.truncate(layout.bytes);
  } finally {
    await empty.close();
  }
  const quiet = ["--quiet", "--no-reread", "--no-tell-kernel", "--wipe", "never"];
  await runTool(host, "sfdisk", [...quiet, path], { signal, stdin: { text: table } });
  for (const { role, start } of layout.partitions) {
    const image = images[role];
    if (image !== undefined) await place(image, path, start, context);
  }
  const disk = await open(path, "r+");
  try {
    for (const { at, bytes } of patches) await disk.write(bytes, 0, bytes.length, at);
  } finally {
    await disk.close();
  }
  return path;
}

/** Copies what is not a hole. */
async function place(image: string, disk: string, start: number, context: OutputContext): Promise<void> {
  const { size } = await stat(image);
  const from = `driver=raw,file.driver=file,file.filename=${escaped(image)}`;
  const to = `driver=raw,offset=${start},size=${size},file.driver=file,file.filename=${escaped(disk)}`;
  const args = ["convert", "-n", "--target-is-zero", "--image-opts", from, "--target-image-opts", to];
  await runTool(context.host, "qemu-img", args, { signal: context.signal });
}

/** A comma ends an option, unless it is doubled. */
function escaped(path: string): string {
  return path.replaceAll(",", ",,");
}
