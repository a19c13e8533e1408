import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Failure } from "../failure.ts";
import type { Arch, Host } from "../host/host.ts";
import { bootCatalogue } from "../image/elTorito.ts";
import { type ImageBytes, openPlainBytes } from "../image/imageBytes.ts";
import { openImageBytes } from "../image/openImage.ts";
import type { BootDrive, BootMedia, FirmwareKind } from "../outputs/output.ts";
import { diskFirmware } from "./image/diskFirmware.ts";
import { diskFormat, headBytes, isCd, stranger } from "./image/marks.ts";
import { programIn } from "./image/program.ts";
import { programMedia } from "./image/programMedia.ts";

/** What a person wants of an image otherwise than its content says. */
export interface ImageWishes {
  readonly firmware?: FirmwareKind | undefined;
  /** What the machine takes a disk or an ISO for. */
  readonly as?: BootDrive["as"];
  /** Absolute path; for a kernel. */
  readonly initrd?: string | undefined;
  /** Words for a kernel. */
  readonly cmdline?: string | undefined;
}

export interface ImageMedia {
  readonly media: BootMedia;
  readonly arch: Arch;
  /** A sentence for people: what the image is, and what starts it for which reason. */
  readonly found: string;
}

interface Start {
  readonly firmware: FirmwareKind;
  readonly what: string;
  readonly why: string;
}

/**
 * How an image that somebody made, perhaps with another tool, is booted by itself: a disk, a CD, a kernel or a program
 * for UEFI, told apart by what is in it.
 * @param path absolute
 * @throws Failure `image-missing`, `not-a-disk-image` when nothing can start it, `usage` for wishes that do not fit it,
 * `disk-image-refused` when it names other files, which its machine could read, `tool-missing` when that cannot be told
 */
export async function imageMedia(
  path: string,
  wishes: ImageWishes,
  host: Host,
  signal: AbortSignal,
): Promise<ImageMedia> {
  const head = await readHead(path).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("image-missing", `${path} cannot be read: ${why}`, { cause });
  });
  const program = programIn(head, path);
  if (wishes.initrd !== undefined || wishes.cmdline !== undefined) {
    if (program?.kind !== "kernel") {
      throw new Failure("usage", `${path} is no kernel, so it takes neither --initrd nor --cmdline.`, {
        advice: "Name a kernel, or leave them out: other images bring both themselves.",
      });
    }
  }
  if (program) return programMedia(path, program, wishes);
  const odd = stranger(head);
  if (odd) {
    throw new Failure("not-a-disk-image", `${path} is ${odd.what}, which no machine can start by itself.`, {
      advice: odd.advice,
    });
  }
  const format = diskFormat(head);
  const cd = format === undefined && isCd(head) ? await cdStart(path, wishes) : undefined;
  if (cd) return driveMedia(cd, { path, format: "raw", as: "cdrom" }, wishes);
  const drive = { path, format: format ?? "raw", as: wishes.as } as const;
  const bytes = await openImageBytes(path, drive.format, host, signal);
  const start = await used(bytes, diskFirmware);
  if (!("problem" in start)) {
    const what = format === undefined ? start.what : `${start.what} in a ${format} file`;
    return driveMedia({ ...start, what }, drive, wishes);
  }
  if (wishes.firmware !== undefined) return driveMedia(undefined, drive, wishes);
  throw new Failure("not-a-disk-image", `${path} ${start.problem}, so no firmware can start it.`, {
    advice:
      "If a recipe made it, boot the recipe, which knows the kernel that belongs to it, or write `firmware: both` at its output. With --firmware bios or uefi it is tried nevertheless.",
  });
}

async function readHead(path: string): Promise<Buffer> {
  const found = await stat(path);
  if (found.isDirectory()) throw new Error("it is a folder");
  // Others, such as a pipe, might never answer.
  if (!found.isFile() && !found.isBlockDevice()) throw new Error("it is no file");
  return used(await openPlainBytes(path), bytes => bytes.read(0, headBytes));
}

async function used<T>(bytes: ImageBytes, use: (bytes: ImageBytes) => Promise<T>): Promise<T> {
  try {
    return await use(bytes);
  } finally {
    await bytes.close();
  }
}

/** @returns undefined when it can only be started as a disk, or is to be */
async function cdStart(path: string, { as = "cdrom" }: ImageWishes): Promise<Start | undefined> {
  const entries = as === "cdrom" ? await used(await openPlainBytes(path), bootCatalogue) : [];
  const starts = new Set(entries.filter(each => each.bootable).map(each => each.firmware));
  const [only, other] = (["bios", "uefi"] as const).filter(each => starts.has(each));
  if (only === undefined) return undefined;
  const what = "an ISO, taken for a CD";
  if (other !== undefined) {
    return { what, firmware: "bios", why: "it has boot code for a BIOS; UEFI may start it as well" };
  }
  return { what, firmware: only, why: `it has nothing for ${only === "bios" ? "UEFI" : "a BIOS"}` };
}

function driveMedia(start: Start | undefined, drive: BootDrive, wishes: ImageWishes): ImageMedia {
  const firmware = wishes.firmware ?? start?.firmware ?? "bios";
  const who = firmware === "bios" ? "A BIOS" : "UEFI";
  const why = start === undefined || firmware !== start.firmware ? "as asked for" : `because ${start.why}`;
  const taken = drive.as === "usb" ? ", taken for a USB stick" : "";
  const found = `${basename(drive.path)} is ${start?.what ?? "a disk"}${taken}. ${who} starts it, ${why}.`;
  return { media: { drives: [drive], cmdline: [], firmware }, arch: "x86_64", found };
}
