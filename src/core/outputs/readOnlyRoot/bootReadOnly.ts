import { bootKernel } from "../bootKernel.ts";
import type { BootMedia, FirmwareKind, ProducedFile } from "../output.ts";

/** How a file system image is booted that cannot be written to: as a disk, with the kernel and initrd beside it. */
export function bootReadOnly(
  type: "squashfs" | "erofs",
  overlay: boolean,
  files: readonly ProducedFile[],
  firmware: FirmwareKind | undefined,
): BootMedia {
  const kernel = bootKernel(files);
  const initrd = files.find(file => file.role === "initrd")?.path;
  const image = files.find(file => file.role === "image")?.path;
  const drives = image === undefined ? [] : [{ path: image, format: "raw" as const }];
  const cmdline = ["root=/dev/vda", `rootfstype=${type}`, overlay ? "rw" : "ro"];
  return { kernel, initrd, drives, firmware, cmdline };
}
