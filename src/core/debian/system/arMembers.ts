import type { FileHandle } from "node:fs/promises";

/** One member of an ar archive: where its bytes lie in the file. */
export interface ArMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const headerBytes = 60;
export const arMagic = "!<arch>\n";

/**
 * The members of an ar archive, as a .deb is one.
 * @returns undefined when the file is none.
 */
export async function arMembers(file: FileHandle): Promise<ArMember[] | undefined> {
  const members: ArMember[] = [];
  const header = Buffer.alloc(headerBytes);
  const { size: end } = await file.stat();
  await file.read(header, 0, arMagic.length, 0);
  if (header.toString("latin1", 0, arMagic.length) !== arMagic) return undefined;
  for (let at = arMagic.length; at < end; ) {
    const { bytesRead } = await file.read(header, 0, headerBytes, at);
    const name = header.toString("latin1", 0, 16).trimEnd().replace(/\/$/, "");
    const size = Number(header.toString("latin1", 48, 58).trim() || Number.NaN);
    const offset = at + headerBytes;
    if (bytesRead < headerBytes || !Number.isSafeInteger(size) || offset + size > end) return undefined;
    members.push({ name, offset, size });
    at = offset + size + (size % 2);
  }
  return members;
}

/** The header of a member of `size` bytes, which a line feed follows where that is odd. */
export function arHeader(name: string, size: number): Buffer {
  const fields = [name.padEnd(16), "0".padEnd(12), "0".padEnd(6), "0".padEnd(6), "100644".padEnd(8)];
  return Buffer.from(`${fields.join("")}${String(size).padEnd(10)}\`\n`, "latin1");
}

/** All of a member's bytes. */
export async function bytesOf(file: FileHandle, { offset, size }: Omit<ArMember, "name">): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  await file.read(bytes, 0, size, offset);
  return bytes;
}

/** A member's bytes, piece by piece. */
export async function* piecesOf(file: FileHandle, { offset, size }: ArMember): AsyncGenerator<Buffer> {
  for (let done = 0; done < size; ) {
    const piece = Buffer.allocUnsafe(Math.min(size - done, 256 * 1024));
    const { bytesRead } = await file.read(piece, 0, piece.length, offset + done);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    done += bytesRead;
  }
}
