import { cpioDialect } from "./cpioHeader.ts";

/** Archives that are read by a tool, which has to jump about in their file. */
export type ImageFormat = "iso" | "zip" | "squashfs";

const marks: readonly (readonly [at: number, mark: string, format: ImageFormat])[] = [
  // First, since a disc that can also be booted as a disk begins with a boot sector.
  [0x8001, "CD001", "iso"],
  [0, "PK\x03\x04", "zip"],
  // Without entries.
  [0, "PK\x05\x06", "zip"],
  [0, "hsqs", "squashfs"],
];

/** The format by a file's first bytes (`tellingBytes` of them); undefined for everything else. */
export function imageFormat(start: Buffer): ImageFormat | undefined {
  if (cpioDialect(start)) return undefined;
  return marks.find(([at, mark]) => start.toString("latin1", at, at + mark.length) === mark)?.[2];
}
