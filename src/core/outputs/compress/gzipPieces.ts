import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Host } from "../../host/host.ts";
import { compressTo } from "./compressTo.ts";

// Part of the bytes: each piece is a stream of its own.
const pieceBytes = 16 * 2 ** 20;

export interface GzipOptions {
  readonly signal: AbortSignal;
  /** Called with how many bytes of the file are done. */
  onProgress(bytes: number): void;
}

/**
 * A file compressed with gzip on all cores: the program uses one, but its format allows streams end to end, so that
 * several make a piece each.
 * @param size length of `file` in bytes
 * @param scratch path of files that may be written, with a number behind
 */
export async function* gzipPieces(
  host: Host,
  file: string,
  size: number,
  scratch: string,
  options: GzipOptions,
): AsyncGenerator<Buffer> {
  const pieces = Math.max(1, Math.ceil(size / pieceBytes));
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const running: Promise<string>[] = [];
  let started = 0;
  const make = async (piece: number): Promise<string> => {
    const path = `${scratch}.${piece}`;
    const start = piece * pieceBytes;
    const end = Math.min(start + pieceBytes, size) - 1;
    const content = end < start ? Readable.from([]) : createReadStream(file, { start, end });
    await compressTo(host, { method: "gzip", level: 9 }, content, path, { signal });
    return path;
  };
  const startNext = (): void => {
    if (started === pieces) return;
    const made = make(started++);
    // One that fails before its turn is looked at when its turn comes.
    made.catch(() => undefined);
    running.push(made);
  };
  try {
    for (let job = 0; job < host.jobs; job++) startNext();
    for (let piece = 0; piece < pieces; piece++) {
      const path = await running.shift();
      if (path === undefined) return;
      startNext();
      yield* createReadStream(path);
      await rm(path);
      options.onProgress(Math.min((piece + 1) * pieceBytes, size));
    }
  } finally {
    stop.abort();
    await Promise.allSettled(running);
  }
}
