import { type FileHandle, open } from "node:fs/promises";
import { digestOfFile } from "../../build/digest.ts";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { detectCompression } from "../../stages/archive/compression.ts";
import { decompress } from "../../stages/archive/decompress.ts";
import { Damage } from "../../tree/tarReadDamage.ts";
import { type ArMember, arHeader, arMagic, arMembers, bytesOf, piecesOf } from "./arMembers.ts";

/**
 * Writes the same package with its files not compressed. mmdebstrap and dpkg undo the compression of each package
 * twice, one after another; here it is done once, and of several at a time.
 * @param deb absolute path.
 * @param path absolute path of the new file.
 * @returns what tells the new file apart; sha256 in hex.
 * @throws Failure `package-damaged`.
 */
export async function writePlainPackage(
  host: Host,
  deb: string,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const from = await open(deb, "r");
  try {
    const members = await arMembers(from);
    const control = members?.find(each => each.name.startsWith("control.tar"));
    const data = members?.find(each => each.name.startsWith("data.tar"));
    if (!control || !data) throw new Damage("its parts are missing");
    const to = await open(path, "wx");
    try {
      await write(host, from, control, data, to, signal);
    } finally {
      await to.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Damage)) throw error;
    throw new Failure("package-damaged", `The package ${deb} cannot be read: ${error.message}.`, {
      advice: "Remove that file and build again.",
    });
  } finally {
    await from.close();
  }
  return digestOfFile(path, signal);
}

async function write(
  host: Host,
  from: FileHandle,
  control: ArMember,
  data: ArMember,
  to: FileHandle,
  signal: AbortSignal,
): Promise<void> {
  const version = Buffer.from("2.0\n");
  const controlBytes = await bytesOf(from, control);
  const before = Buffer.concat([
    Buffer.from(arMagic),
    ...[arHeader("debian-binary", version.length), version],
    ...[arHeader(control.name, control.size), controlBytes, paddingOf(control.size)],
  ]);
  const compression = detectCompression(await bytesOf(from, { ...data, size: Math.min(data.size, 16) }));
  const compressed = piecesOf(from, data);
  const plain = compression ? decompress(compressed, compression, host, signal) : compressed;
  const start = before.length + arHeader("data.tar", 0).length;
  let size = 0;
  for await (const piece of plain) {
    await to.write(piece, 0, piece.length, start + size);
    size += piece.length;
  }
  await to.write(paddingOf(size), 0, size % 2, start + size);
  const head = Buffer.concat([before, arHeader("data.tar", size)]);
  await to.write(head, 0, head.length, 0);
}

function paddingOf(size: number): Buffer {
  return Buffer.from(size % 2 === 1 ? "\n" : "");
}
