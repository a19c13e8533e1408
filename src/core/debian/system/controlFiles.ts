import { open } from "node:fs/promises";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { type Compression, detectCompression } from "../../stages/archive/compression.ts";
import { decompress } from "../../stages/archive/decompress.ts";
import { blockSize, padded, readHeader } from "../../tree/tarReadHeader.ts";
import { arMembers, bytesOf } from "./arMembers.ts";

interface Part {
  readonly deb: string;
  readonly bytes: Buffer;
  readonly compression: Compression | undefined;
}

/**
 * The control file of each package: what dpkg knows about it. Packages that are compressed alike go through one
 * decompressor, because starting a program for each would take longer than all the rest.
 * @param debs absolute paths.
 * @returns texts in the order of `debs`.
 * @throws Failure `package-damaged`.
 */
export async function controlFiles(
  host: Host,
  debs: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const parts = await Promise.all(debs.map(controlPart));
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const name = part.compression?.name ?? "plain";
    groups.set(name, [...(groups.get(name) ?? []), part]);
  }
  const found = new Map<string, string>();
  for (const group of groups.values()) {
    const texts = controlsIn(await unpacked(host, group, signal));
    if (texts.length !== group.length) throw damaged(group.map(each => each.deb).join(", "));
    group.forEach((part, index) => void found.set(part.deb, texts[index] ?? ""));
  }
  return debs.map(deb => found.get(deb) ?? "");
}

async function controlPart(deb: string): Promise<Part> {
  const file = await open(deb, "r");
  try {
    const control = (await arMembers(file))?.find(each => each.name.startsWith("control.tar"));
    if (!control) throw damaged(deb);
    const bytes = await bytesOf(file, control);
    return { deb, bytes, compression: detectCompression(bytes) };
  } finally {
    await file.close();
  }
}

async function unpacked(host: Host, group: readonly Part[], signal: AbortSignal): Promise<Buffer> {
  const compression = group[0]?.compression;
  const source = (async function* () {
    for (const { bytes } of group) yield bytes;
  })();
  const pieces: Uint8Array[] = [];
  for await (const piece of compression ? decompress(source, compression, host, signal) : source) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The files `control` of several tars that lie one after another. */
function controlsIn(tars: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + blockSize <= tars.length; ) {
    const header = readHeader(tars.subarray(at, at + blockSize));
    at += blockSize;
    if (!header) continue;
    const name = header.name.toString("latin1").replace(/^\.\//, "");
    if (name === "control" && header.flag === "0") found.push(tars.toString("utf8", at, at + header.size));
    at += padded(header.size);
  }
  return found;
}

function damaged(debs: string): Failure {
  return new Failure("package-damaged", `A package cannot be read: ${debs}`, {
    advice: "Remove that file and build again.",
  });
}
