import { expect, test } from "vitest";
import { diskFormat, diskTellingBytes } from "../../../src/core/stages/archive/diskImage/format.ts";

/** A file's beginning with marks in it. */
function start(...marks: readonly (readonly [at: number, mark: string | Buffer])[]): Buffer {
  const bytes = Buffer.alloc(diskTellingBytes);
  for (const [at, mark] of marks) Buffer.from(mark as string, "latin1").copy(bytes, at);
  return bytes;
}

const partition = Buffer.from([0x80, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0]);
const bootMark = [510, "\x55\xaa"] as const;

test("containers of disks are told by their marks", () => {
  const marks = [
    [start([0, "QFI\xfb"]), "qcow2"],
    [start([0, "KDMV"]), "vmdk"],
    [start([0x40, "\x7f\x10\xda\xbe"]), "vdi"],
    [start([0, "vhdxfile"]), "vhdx"],
    [start([0, "conectix"]), "vpc"],
  ] as const;
  for (const [bytes, format] of marks) expect(diskFormat(bytes)).toBe(format);
});

test("partition tables and file systems make a raw disk", () => {
  const raw = [
    start([446, partition], bootMark),
    start([512, "EFI PART"], bootMark),
    start([0x438, "\x53\xef"]),
    start([0x10040, "_BHRfS_M"]),
    start([0, "XFSB"]),
    start([0x52, "FAT32"], bootMark),
    start([0, "LUKS\xba\xbe"]),
    start([512, "LABELONE"]),
  ];
  for (const bytes of raw) expect(diskFormat(bytes)).toBe("raw");
});

test("what only looks like a disk is none", () => {
  const others = [
    Buffer.alloc(0),
    start(),
    start(bootMark),
    start([446, Buffer.alloc(16, 0x41)], bootMark),
    start([0x202, "HdrS"], [446, partition], bootMark),
    start([0x8001, "CD001"], [446, partition], bootMark),
    start([0, "hsqs"]),
    start([0, "PK\x03\x04"]),
    start([0, "070701"]),
    start([0, "\x1f\x8b"]),
  ];
  for (const bytes of others) expect(diskFormat(bytes)).toBeUndefined();
});
