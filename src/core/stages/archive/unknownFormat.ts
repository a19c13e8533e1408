import { Failure } from "../../failure.ts";

/** How much of a file's beginning unknownFormat() wants to see. */
export const tellingBytes = 34_816;

const byMark: readonly (readonly [at: number, mark: string, name: string])[] = [
  [0x8001, "CD001", "an ISO image"],
  [0, "PK\x03\x04", "a zip archive"],
  [0, "7z\xbc\xaf\x27\x1c", "a 7z archive"],
  [0, "Rar!", "a RAR archive"],
  [0, "!<arch>\n", "an ar archive (perhaps a Debian package)"],
  [0, "QFI\xfb", "a qcow2 disk image"],
  [0, "hsqs", "a squashfs image"],
  [0x400, "\xe2\xe1\xf5\xe0", "an erofs image"],
  [0x438, "\x53\xef", "an ext2, ext3 or ext4 image"],
  [0, "\x7fELF", "a program"],
  [0, "\xc7\x71", "a cpio in the old binary format (`cpio -H newc` makes a readable one)"],
  [0, "\x71\xc7", "a cpio in the old binary format (`cpio -H newc` makes a readable one)"],
  [0, "<!DOCTYPE", "a web page"],
  [0, "<!doctype", "a web page"],
  [0, "<html", "a web page"],
  [0x1fe, "\x55\xaa", "a disk image"],
];

/** Failure `archive-unknown` for a file that begins with `start` (`tellingBytes` of it) and is neither tar nor cpio. */
export function unknownFormat(start: Buffer, archivesBefore: number): Failure {
  if (archivesBefore > 0) {
    return new Failure("archive-unknown", "Behind the end of the archive lies something that is no cpio.", {
      advice: "Cut the file after the archive, or make the archive anew.",
    });
  }
  const name = byMark.find(([at, mark]) => start.toString("latin1", at, at + mark.length) === mark)?.[2];
  const what =
    start.length === 0 ? "It is empty." : name ? `It is ${name}.` : "It begins like nothing known.";
  return new Failure("archive-unknown", `The file is no archive that can be read. ${what}`, {
    advice:
      "Tar, cpio (newc, odc), ISO 9660, zip and squashfs are read, plain or compressed by gzip, xz, zstd, bzip2, lz4, " +
      "lzip, lzma or compress.",
  });
}
