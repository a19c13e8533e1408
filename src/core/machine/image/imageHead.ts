import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { runTool } from "../../host/runTool.ts";
import type { BootDrive } from "../../outputs/output.ts";

/** Enough for partition tables, for the marks of file systems and for the first descriptors of a CD. */
export const headBytes = 128 * 1024;

/** Up to `length` bytes of a file, from `offset`. */
export async function readBytes(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * The first bytes of the disk that an image holds, as a machine would see them.
 * @returns undefined when the format needs qemu-img and that is not installed
 * @throws Failure when qemu-img cannot read the image
 */
export async function diskHead(
  path: string,
  format: BootDrive["format"],
  host: Host,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  if (format === "raw") return readBytes(path, 0, headBytes);
  if (host.tools.find("qemu-img") === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "whittle-head-"));
  try {
    const head = join(folder, "head");
    const block = [`bs=${headBytes}`, "count=1"];
    await runTool(host, "qemu-img", ["dd", "-f", format, "-O", "raw", ...block, `if=${path}`, `of=${head}`], {
      signal,
    });
    return await readBytes(head, 0, headBytes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
