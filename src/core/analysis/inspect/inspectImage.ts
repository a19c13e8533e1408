import { stat } from "node:fs/promises";
import type { ImageReport } from "../../../shared/inspection.ts";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { openPlainBytes } from "../../image/imageBytes.ts";
import { diskFormat, diskTellingBytes } from "../../stages/archive/diskImage/format.ts";
import { knownFileSystem } from "./fileSystem.ts";

/**
 * Looks into an image that anybody made: an EFI program, an ISO, a disk in any format, or a file system in a file.
 * They are told apart by their bytes. Its sha256 is left out, which takes longer than all the rest: digestOfFile() has it.
 * @param path absolute
 * @throws Failure `not-an-image`, `image-missing`, `disk-image-refused`, `tool-missing`
 */
export async function inspectImage(path: string, host: Host, signal: AbortSignal): Promise<ImageReport> {
  const head = await readHead(path);
  if (isPe(head)) {
    return (await import("./inspectEfi.ts")).inspectEfi(path, signal);
  }
  // First: one that also boots as a disk begins with a boot sector.
  if (head.toString("latin1", 0x8001, 0x8006) === "CD001") {
    return (await import("./inspectIso.ts")).inspectIso(path, signal);
  }
  const format = diskFormat(head) ?? ((await holdsFileSystem(path)) ? "raw" : undefined);
  if (format) return (await import("./inspectDisk.ts")).inspectDisk(path, format, host, signal);
  throw new Failure("not-an-image", `${path} is no image that Whittle can look into.`, {
    advice:
      "It takes EFI programs (unified kernel images), ISOs, disks (raw, qcow2, vmdk, vdi, vhdx) and file systems.",
  });
}

function isPe(head: Buffer): boolean {
  if (head.length < 0x40 || head.toString("latin1", 0, 2) !== "MZ") return false;
  const at = head.readUInt32LE(0x3c);
  return head.toString("latin1", at, at + 4) === "PE\0\0";
}

async function holdsFileSystem(path: string): Promise<boolean> {
  const bytes = await openPlainBytes(path);
  try {
    return (await knownFileSystem(bytes)) !== undefined;
  } finally {
    await bytes.close();
  }
}

async function readHead(path: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Error("it is a folder");
    // A pipe would never answer.
    if (!found.isFile()) throw new Error("it is no file");
    const bytes = await openPlainBytes(path);
    try {
      return await bytes.read(0, diskTellingBytes);
    } finally {
      await bytes.close();
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("image-missing", `${path} cannot be read: ${why}`, {
      advice: "Name an image file.",
      cause,
    });
  }
}
