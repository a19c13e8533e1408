import type { Host } from "../host/host.ts";
import { runTool } from "../host/runTool.ts";
import type { DiskFormat } from "../stages/archive/diskImage/format.ts";
import { checkImage } from "../stages/archive/diskImage/imageFacts.ts";
import { type ImageBytes, openPlainBytes } from "./imageBytes.ts";
import { openQemuBytes } from "./qemuBytes.ts";

/**
 * Opens a disk image that anybody made: everything but a raw disk through qemu-img, once it is certain that the image
 * names no other file, which would be read as well.
 * @param path absolute
 * @throws Failure `disk-image-refused`, `tool-missing`
 */
export async function openImageBytes(
  path: string,
  format: DiskFormat,
  host: Host,
  signal: AbortSignal,
): Promise<ImageBytes> {
  if (format === "raw") return openPlainBytes(path);
  await checkImage(host, path, format, signal);
  const info = await runTool(host, "qemu-img", ["info", "-U", "--output=json", "-f", format, path], {
    signal,
  });
  const size = (JSON.parse(info.stdout) as { "virtual-size": number })["virtual-size"];
  return openQemuBytes(host, path, format, Math.min(size, Number.MAX_SAFE_INTEGER), signal);
}
