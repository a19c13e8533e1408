import { gunzipSync } from "node:zlib";
import type { Arch } from "../host/host.ts";

/** What the bytes of a kernel image say about it. */
export interface KernelFormat {
  readonly arch: Arch;
  /** As `uname -r` will say it; undefined when the image keeps it where only the kernel itself can read it. */
  readonly release: string | undefined;
}

const releasePattern = /^[0-9][\w.+~-]*/;

/** Recognises a kernel that can be booted directly (an x86 bzImage, an arm64 Image plain or gzipped). */
export function readKernelFormat(image: Buffer): KernelFormat | undefined {
  if (image.length > 0x264 && image.readUInt16LE(0x1fe) === 0xaa55 && ascii(image, 0x202, 4) === "HdrS") {
    return { arch: "x86_64", release: bootHeaderRelease(image) };
  }
  // The compressed arm64 image that boots as an EFI program.
  if (ascii(image, 0, 2) === "MZ" && ascii(image, 4, 4) === "zimg") {
    const payload = image.subarray(image.readUInt32LE(8), image.readUInt32LE(8) + image.readUInt32LE(12));
    const inner = ascii(image, 0x18, 4) === "gzip" ? unzipped(payload) : undefined;
    return { arch: "aarch64", release: inner && bannerRelease(inner) };
  }
  if (isArm64(image)) return { arch: "aarch64", release: bannerRelease(image) };
  const inner = image[0] === 0x1f && image[1] === 0x8b ? unzipped(image) : undefined;
  return inner && isArm64(inner) ? { arch: "aarch64", release: bannerRelease(inner) } : undefined;
}

/** Names what a file is that is no kernel, after the beginning of its bytes. */
export function describeFile(start: Buffer): string {
  if (start.length === 0) return "empty";
  const text = start.subarray(0, 512).toString("latin1");
  const known = signatures.find(([offset, bytes]) => text.startsWith(bytes, offset));
  if (known) return known[2];
  return /^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(text) ? "a text" : "of a kind that is not known here";
}

const signatures: readonly (readonly [offset: number, bytes: string, what: string])[] = [
  [0, "\x7fELF", "an ELF program (an uncompressed vmlinux, perhaps; its bzImage is what boots)"],
  [0, "!<arch>\ndebian-binary", "a Debian package (name it with `package:`)"],
  [0, "MZ", "an EFI program that is no kernel with a boot header"],
  [0, "\x1f\x8b", "gzipped data without a kernel in it"],
  [0, "\xfd7zXZ", "compressed data"],
  [0, "\x28\xb5\x2f\xfd", "compressed data"],
  [0, "BZh", "compressed data"],
  [0, "07070", "a cpio archive (an initramfs, perhaps)"],
  [0, "QFI\xfb", "a qcow2 disk image"],
  [257, "ustar", "a tar archive"],
  [510, "\x55\xaa", "a disk image or a boot sector"],
];

function bootHeaderRelease(image: Buffer): string | undefined {
  const pointer = image.readUInt16LE(0x20e);
  const start = pointer + 0x200;
  if (pointer === 0 || start >= image.length) return undefined;
  const end = image.indexOf(0, start);
  return releasePattern.exec(
    image.toString("latin1", start, Math.min(end < 0 ? start : end, start + 256)),
  )?.[0];
}

function isArm64(image: Buffer): boolean {
  return ascii(image, 0x38, 4) === "ARMd";
}

function bannerRelease(image: Buffer): string | undefined {
  const banner = "Linux version ";
  for (let at = image.indexOf(banner); at >= 0; at = image.indexOf(banner, at + 1)) {
    const start = at + banner.length;
    const release = releasePattern.exec(image.toString("latin1", start, start + 128))?.[0];
    if (release !== undefined) return release;
  }
  return undefined;
}

function unzipped(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: 512 * 1024 * 1024 });
  } catch {
    return undefined;
  }
}

function ascii(bytes: Buffer, offset: number, length: number): string {
  return bytes.toString("latin1", offset, offset + length);
}
