import { readTreeFile } from "../../tree/readFile.ts";
import type { Tree } from "../../tree/tree.ts";
import type { Compression } from "../compress/compression.ts";

/**
 * The smallest that such a kernel unpacks without taking long for it: zstd where its configuration has it, else gzip,
 * which every kernel with modules can.
 */
export async function initrdCompression(tree: Tree, release: string): Promise<Compression> {
  const file = tree.resolve(`boot/config-${release}`);
  const config = file?.type === "file" ? (await readTreeFile(file)).toString("latin1") : "";
  return /^CONFIG_RD_ZSTD=y$/m.test(config) ? { method: "zstd", level: 19 } : { method: "gzip", level: 9 };
}
