import { readFile } from "node:fs/promises";
import type { Host } from "../../host/host.ts";
import { runTool } from "../../host/runTool.ts";
import type { ToolName } from "../../host/toolFacts.ts";
import { openTreeFile, readTreeFile, type TreeFile } from "../../tree/readFile.ts";

const unpackers: Readonly<Record<string, readonly [ToolName, readonly string[]]>> = {
  ".gz": ["gzip", ["-dc"]],
  ".xz": ["xz", ["-dc"]],
  ".zst": ["zstd", ["-q", "-dc"]],
};

/**
 * A module as the kernel links it: unpacked, since a small BusyBox cannot do that.
 * @param scratch path of a file that may be written
 */
export async function moduleBytes(
  host: Host,
  file: TreeFile,
  scratch: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const extension = /\.(?:gz|xz|zst)$/.exec(file.path)?.[0];
  const unpacker = extension === undefined ? undefined : unpackers[extension];
  if (!unpacker) return readTreeFile(file);
  const [tool, args] = unpacker;
  await runTool(host, tool, args, { signal, stdin: { stream: openTreeFile(file) }, stdoutFile: scratch });
  return readFile(scratch);
}
