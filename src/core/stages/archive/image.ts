import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Host } from "../../host/host.ts";
import { toolCommand } from "../../host/runTool.ts";
import { readTar } from "../../tree/tarRead.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import { throughTool } from "./decompress.ts";
import type { ImageFormat } from "./imageFormat.ts";
import { hasRockRidge } from "./rockRidge.ts";

/** The archive's file on this machine, for tools that have to jump about in it. */
export interface ArchiveFile {
  /** Absolute. */
  readonly path: string;
  /** A new empty folder, removed with the work. */
  scratch(): Promise<string>;
}

/** Writes what was packed inside another compression to a file, for the tool that reads it. */
export async function spool(
  bytes: AsyncIterable<Uint8Array>,
  file: ArchiveFile,
  signal: AbortSignal,
): Promise<string> {
  const path = join(await file.scratch(), "image");
  await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path), { signal });
  return path;
}

/**
 * The members of an ISO 9660 image, a zip or a squashfs, with the owners, modes, links, devices and attributes
 * that it has. The tool turns it into a tar on its standard output: nothing lands on the disk.
 * @throws Damage with the tool's words; Failure `tool-missing`.
 */
export async function* readImage(
  format: ImageFormat,
  path: string,
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<TarMember, void, void> {
  if (format === "squashfs") {
    const command = toolCommand(host, "sqfs2tar", [path]);
    return yield* readTar(throughTool("sqfs2tar", command, host, signal), signal);
  }
  // Absolute names stay as they are (-P): to judge names is not the tool's task.
  const args = ["-c", "-P", "--format=pax", "-f", "-", `@${path}`];
  const command = toolCommand(host, "bsdtar", args);
  const members = readTar(throughTool("bsdtar", command, host, signal), signal);
  if (format === "zip" || (await hasRockRidge(path))) return yield* members;
  // A plain disc has no modes; what bsdtar makes up would lock everybody but root out.
  for await (const member of members) yield { ...member, mode: member.type === "directory" ? 0o755 : 0o644 };
}
