import { type Buffer, isUtf8 } from "node:buffer";

/** Text from an archive and whether it says exactly what the bytes said. */
export interface ArchiveText {
  readonly text: string;
  readonly utf8: boolean;
}

/** Bytes as text; when they are not UTF-8, every byte that is not plain ASCII becomes `\xff`. */
export function archiveText(bytes: Buffer): ArchiveText {
  if (isUtf8(bytes)) return { text: bytes.toString("utf8"), utf8: true };
  const text = bytes
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, char => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return { text, utf8: false };
}

/** The bytes of a fixed-width field up to its first NUL. */
export function untilNul(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}
