import type { ToolName } from "../../host/toolFacts.ts";
import type { ByteFeed } from "../../tree/tarReadFeed.ts";
import { xzStreams } from "./xzStreams.ts";
import { zstdFrames } from "./zstdFrames.ts";

/** A way to compress a whole archive and how it is undone. */
export interface Compression {
  readonly name: string;
  /** Absent for gzip, which Node undoes by itself. Reads standard input, writes standard output. */
  readonly tool?: { readonly name: ToolName; readonly args: readonly string[] };
  /** Takes the compressed bytes off a feed and leaves what follows them. Absent: all that is left is compressed. */
  readonly members?: (feed: ByteFeed) => AsyncIterable<Uint8Array>;
}

interface Signature {
  readonly bytes: readonly number[];
  readonly compression: Compression;
}

const gzip: Compression = { name: "gzip" };
const xz: Compression = {
  name: "xz",
  tool: { name: "xz", args: ["--decompress", "--stdout", "--threads=0"] },
  members: xzStreams,
};
const zstd: Compression = {
  name: "zstd",
  // Windows beyond 128 MiB are refused unless asked for; people who pack for size use them.
  tool: { name: "zstd", args: ["--decompress", "--stdout", "--quiet", "--long=31"] },
  members: zstdFrames,
};

function byBsdcat(name: string): Compression {
  return { name, tool: { name: "bsdcat", args: [] } };
}

const signatures: readonly Signature[] = [
  { bytes: [0x1f, 0x8b], compression: gzip },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], compression: xz },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], compression: zstd },
  { bytes: [0x42, 0x5a, 0x68], compression: byBsdcat("bzip2") },
  { bytes: [0x04, 0x22, 0x4d, 0x18], compression: byBsdcat("lz4") },
  { bytes: [0x02, 0x21, 0x4c, 0x18], compression: byBsdcat("lz4") },
  { bytes: [0x4c, 0x5a, 0x49, 0x50], compression: byBsdcat("lzip") },
  { bytes: [0x5d, 0x00, 0x00], compression: byBsdcat("lzma") },
  { bytes: [0x1f, 0x9d], compression: byBsdcat("compress") },
];

/** How `start` (the first bytes of a file) is compressed; undefined when it is not, or in a way that is not known. */
export function detectCompression(start: Uint8Array): Compression | undefined {
  // A zstd file may begin with a frame to be skipped, whose mark ends in any half byte.
  if (start[0] !== undefined && start[0] >> 4 === 5 && beginsWith(start.subarray(1), [0x2a, 0x4d, 0x18]))
    return zstd;
  return signatures.find(each => beginsWith(start, each.bytes))?.compression;
}

function beginsWith(start: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => start[i] === byte);
}
