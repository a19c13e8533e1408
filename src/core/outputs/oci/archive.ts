import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { encodeTarHeader, paddingOf, tarEnd } from "../../tree/tarHeader.ts";
import type { OutputContext } from "../output.ts";

/** A file of an archive. */
export interface ArchiveMember {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly content: { readonly bytes: Buffer } | { readonly file: string };
}

/** Writes a plain tar of files and the folders they lie in, in the order given. */
export async function writeArchive(
  members: readonly ArchiveMember[],
  path: string,
  context: Pick<OutputContext, "signal" | "clock" | "progress">,
): Promise<void> {
  const { signal } = context;
  await pipeline(archive(members, context), createWriteStream(path), { signal });
}

async function* archive(
  members: readonly ArchiveMember[],
  { clock: mtime, progress }: Pick<OutputContext, "clock" | "progress">,
): AsyncGenerator<Uint8Array> {
  const owner = { uid: 0, gid: 0, mtime };
  const total = members.reduce((sum, { size }) => sum + size, 0);
  const folders = new Set<string>();
  let written = 0;
  for (const { path, size, content } of members) {
    for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1)) {
      const folder = path.slice(0, slash);
      if (folders.has(folder)) continue;
      folders.add(folder);
      yield encodeTarHeader({ type: "directory", path: folder, mode: 0o755, ...owner });
    }
    yield encodeTarHeader({ type: "file", path, mode: 0o644, ...owner, size, offset: 0 });
    if ("bytes" in content) yield content.bytes;
    else yield* createReadStream(content.file, { highWaterMark: 1024 * 1024 });
    yield Buffer.alloc(paddingOf(size));
    written += size;
    progress(written, total, "bytes");
  }
  yield tarEnd;
}
