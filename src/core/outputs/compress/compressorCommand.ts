import type { ToolName } from "../../host/toolFacts.ts";
import type { Compression } from "./compression.ts";

const mib = 2 ** 20;
// What the presets 0 to 9 of xz use.
const xzDictionaries = [0.25, 1, 2, 4, 4, 8, 8, 16, 32, 64].map(size => size * mib);
const smallestXzDictionary = 4096;

/**
 * The program that compresses stdin to stdout, so that the same input gives the same bytes on any number of
 * cores, and so that Linux can unpack it at boot.
 * @param bytes length of the input, when it is known: the window is then no larger, and unpacking needs less memory
 */
export function compressorCommand(
  compression: Exclude<Compression, { method: "none" }>,
  jobs: number,
  bytes: number | undefined,
): { readonly tool: ToolName; readonly args: readonly string[] } {
  const { method, level } = compression;
  switch (method) {
    case "gzip":
      return { tool: "gzip", args: ["-n", "-c", `-${level}`] };
    case "zstd":
      // One worker and many give the same bytes; --single-thread would give others.
      return {
        tool: "zstd",
        args: [
          "-q",
          "-c",
          `-T${jobs}`,
          `-${level}`,
          ...(bytes === undefined ? [] : [`--stream-size=${bytes}`]),
        ],
      };
    case "xz": {
      const dictionary = xzDictionary(level, bytes);
      const block = Math.max(mib, 3 * dictionary);
      // One thread writes other block headers than two: always at least two. The kernel knows only CRC32.
      const threads = `-T${Math.max(2, jobs)}`;
      const filter = `--lzma2=preset=${level},dict=${dictionary}`;
      return { tool: "xz", args: ["-c", "--check=crc32", threads, `--block-size=${block}`, filter] };
    }
  }
}

function xzDictionary(level: number, bytes: number | undefined): number {
  const preset = xzDictionaries[level] ?? 8 * mib;
  if (bytes === undefined) return preset;
  const fitting = 2 ** Math.ceil(Math.log2(Math.max(bytes, smallestXzDictionary)));
  return Math.min(preset, fitting);
}
