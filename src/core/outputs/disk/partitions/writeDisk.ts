import { open, stat } from "node:fs/promises";
import { runTool } from "../../../host/runTool.ts";
import type { OutputContext } from "../../output.ts";
import { type Layout, partitionKey } from "./layout.ts";

/** Bytes that lie on a disk outside its file systems. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * Writes onto a disk what is not yet there: the table, then what lies on the partitions.
 * @param path of the disk, a sparse file whose root is in its place already
 * @param images path of the content of each other partition that has one, by partitionKey()
 * @throws Failure `tool-missing`, `tool-failed`
 */
export async function writeDisk(
  path: string,
  layout: Layout,
  table: string,
  images: ReadonlyMap<string, string>,
  patches: readonly Patch[],
  context: OutputContext,
): Promise<void> {
  const { host, signal } = context;
  const whole = await open(path, "r+");
  try {
    await whole.truncate(layout.bytes);
  } finally {
    await whole.close();
  }
  const quiet = ["--quiet", "--no-reread", "--no-tell-kernel", "--wipe", "never"];
  await runTool(host, "sfdisk", [...quiet, path], { signal, stdin: { text: table } });
  for (const partition of layout.partitions) {
    const image = images.get(partitionKey(partition));
    if (image !== undefined) await placeImage(image, path, partition.start, context);
  }
  const disk = await open(path, "r+");
  try {
    for (const { at, bytes } of patches) await disk.write(bytes, 0, bytes.length, at);
  } finally {
    await disk.close();
  }
}

/** Copies what is not a hole to `start` bytes into a disk that is all zeros there. */
export async function placeImage(
  image: string,
  disk: string,
  start: number,
  context: Pick<OutputContext, "host" | "signal">,
): Promise<void> {
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
