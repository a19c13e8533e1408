import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Host } from "../../host/host.ts";
import { runTool } from "../../host/runTool.ts";
import type { Compression } from "./compression.ts";
import { compressorCommand } from "./compressorCommand.ts";

export interface CompressOptions {
  readonly signal: AbortSignal;
  /** Length of the content in bytes, when it is known beforehand. */
  readonly bytes?: number | undefined;
}

/**
 * Writes `content`, compressed, to the new file `path`. The same content gives the same file on every run and any
 * number of cores.
 * @throws what `content` throws; Failure `tool-missing` or `tool-failed` of the compressor.
 */
export async function compressTo(
  host: Host,
  compression: Compression,
  content: AsyncIterable<Uint8Array>,
  path: string,
  options: CompressOptions,
): Promise<void> {
  if (compression.method === "none") {
    await pipeline(content, createWriteStream(path), { signal: options.signal });
    return;
  }
  const { tool, args } = compressorCommand(compression, host.jobs, options.bytes);
  // The compressor only notices that its input ended early; what content threw is the cause.
  let broken: { readonly error: unknown } | undefined;
  async function* watched() {
    try {
      yield* content;
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const stream = Readable.from(watched());
  try {
    await runTool(host, tool, args, { signal: options.signal, stdin: { stream }, stdoutFile: path });
  } catch (error) {
    throw broken ? broken.error : error;
  } finally {
    stream.destroy();
  }
  if (broken) throw broken.error;
}
