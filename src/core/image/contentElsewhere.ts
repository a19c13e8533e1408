import { Failure } from "../failure.ts";
import type { DiskFormat } from "../stages/archive/diskImage/format.ts";
import type { ImageBytes } from "./imageBytes.ts";

const headBytes = 512;
const externalData = 1n << 2n;

/**
 * Refuses an image whose header says that its content lies elsewhere: already to ask qemu-img about one makes it open
 * what the image names, which may be any file or a server. Sources: QEMU's docs/interop/qcow2.rst (incompatible features)
 * and block/vmdk.c (a header without a capacity stands before a descriptor).
 * @throws Failure `disk-image-refused`
 */
export async function refuseContentElsewhere(
  bytes: ImageBytes,
  path: string,
  format: DiskFormat,
): Promise<void> {
  const head = Buffer.alloc(headBytes);
  (await bytes.read(0, headBytes)).copy(head);
  if (!(format === "qcow2" ? hasDataFile(head) : format === "vmdk" && isDescriptor(head))) return;
  throw new Failure("disk-image-refused", `The disk image ${path} is not read: its content lies elsewhere.`, {
    advice: "Make one file of it, if you trust it: qemu-img convert -O qcow2 IMAGE whole.qcow2",
  });
}

function hasDataFile(head: Buffer): boolean {
  return head.readUInt32BE(4) >= 3 && (head.readBigUInt64BE(72) & externalData) !== 0n;
}

function isDescriptor(head: Buffer): boolean {
  if (head.toString("latin1", 0, 4) !== "KDMV") return true;
  return head.readBigUInt64LE(12) === 0n;
}
