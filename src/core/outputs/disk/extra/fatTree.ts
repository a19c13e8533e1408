import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runTool } from "../../../host/runTool.ts";
import type { Tree } from "../../../tree/tree.ts";
import type { OutputContext } from "../../output.ts";
import { stageTree } from "../ext4/stageTree.ts";
import { fatEnvironment } from "../partitions/fatImage.ts";
import { firstByte, sector } from "../partitions/layout.ts";
import { checkForFat } from "./fatRefusals.ts";
import { fatShape, smallestFat } from "./fatShape.ts";
import { fatSerial } from "./fileSystemUuid.ts";
import type { Extra } from "./planExtras.ts";

const namesAtOnce = 100;

/**
 * A FAT with a tree: the same bytes each time. Owners, modes, links and times are lost; all times are the clock's.
 * @throws Failure `disk-entry`, `fat-file-too-large`
 */
export async function fatTree(
  extra: Extra,
  tree: Tree,
  context: OutputContext,
): Promise<{ path: string; bytes: number } | { least: number }> {
  checkForFat(tree);
  const least = smallestFat(tree, 0);
  if (extra.bytes !== undefined && extra.bytes < least) return { least };
  const bytes = extra.bytes ?? smallestFat(tree, extra.free);
  const { host, signal } = context;
  const folder = await context.scratch();
  const staged = join(folder, "tree");
  await stageTree(tree, staged, { signal, onProgress: () => {} });
  const path = join(folder, "fat.img");
  const empty = await open(path, "wx");
  await empty.truncate(bytes).finally(() => empty.close());
  const env = fatEnvironment(folder, context);
  const run = (tool: "mformat" | "mmd" | "mcopy", args: readonly string[]) =>
    runTool(host, tool, ["-i", path, ...args], { signal, env });
  const { bits, cluster, rootSectors } = fatShape(tree, bytes);
  const geometry = ["-h", "16", "-s", "63", "-T", String(bytes / sector), "-H", String(firstByte / sector)];
  const shape = bits === 32 ? ["-F"] : ["-r", String(rootSectors)];
  const serial = fatSerial(context.uuid(`disk extra ${extra.label}`));
  const names = ["-N", serial, "-v", extra.label.toUpperCase()];
  await run("mformat", [...names, ...geometry, "-c", String(cluster), "-d", "1", ...shape, "::"]);
  for (const [into, files] of byFolder(tree)) {
    if (into !== ".") await run("mmd", [`::${into}`]);
    for (let first = 0; first < files.length; first += namesAtOnce) {
      const batch = files.slice(first, first + namesAtOnce).map(name => join(staged, name));
      await run("mcopy", [...batch, `::${into === "." ? "" : into}`]);
    }
  }
  return { path, bytes };
}

/** Paths of files by that of their folder, each folder after the one that it lies in. */
function byFolder(tree: Tree): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>([[".", []]]);
  for (const { type, path } of tree.entries) {
    if (type === "directory") folders.set(path, []);
    else folders.get(dirname(path))?.push(path);
  }
  return folders;
}
