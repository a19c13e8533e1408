import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeTempFolder } from "../build/tempFolder.ts";
import type { Host } from "../host/host.ts";
import { runTool } from "../host/runTool.ts";
import type { ImageBytes } from "./imageBytes.ts";
import { keepNewest } from "./keepNewest.ts";

// As large as what is looked at in one go: each call of qemu-img costs some 30 ms.
const blockBytes = 256 * 1024;
const mostBlocks = 64;

/**
 * The content of a disk image in a format of QEMU's, read piece by piece as it is asked for.
 * @param size of the disk, in bytes
 */
export function openQemuBytes(
  host: Host,
  path: string,
  format: string,
  size: number,
  signal: AbortSignal,
): ImageBytes {
  const temp = makeTempFolder(join(host.cacheDir, "tmp"));

  const block = keepNewest(mostBlocks, async (index: number): Promise<Buffer> => {
    const to = temp.file();
    // Not `qemu-img dd`: versions of it differ in whether `count` includes what `skip` leaves out.
    const stretch = { offset: index * blockBytes, size: Math.min(blockBytes, size - index * blockBytes) };
    const image = { driver: format, file: { driver: "file", filename: path } };
    const source = `json:${JSON.stringify({ driver: "raw", ...stretch, file: image })}`;
    await runTool(host, "qemu-img", ["convert", "-U", "-O", "raw", source, to], { signal });
    const bytes = await readFile(to);
    await rm(to);
    return bytes;
  });

  return {
    size,
    async read(position, length) {
      const end = Math.min(position + length, size);
      const parts: Buffer[] = [];
      for (let at = position; at < end; ) {
        const index = Math.floor(at / blockBytes);
        const from = at - index * blockBytes;
        const until = Math.min(blockBytes, end - index * blockBytes);
        parts.push((await block(index)).subarray(from, until));
        at = index * blockBytes + until;
      }
      return Buffer.concat(parts);
    },
    close: () => temp.remove(),
  };
}
