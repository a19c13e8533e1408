import { open } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../../host/runTool.ts";
import type { Tree } from "../../../tree/tree.ts";
import type { OutputContext } from "../../output.ts";
import { fatEnvironment } from "../partitions/fatImage.ts";
import { firstByte, sector } from "../partitions/layout.ts";
import { checkFatSize, checkForFat } from "./fatRefusals.ts";
import { fatShape, smallestFat } from "./fatShape.ts";
import { fatSerial } from "./fileSystemUuid.ts";
import { fillFat } from "./fillFat.ts";
import type { Extra } from "./planExtras.ts";

// FAT knows no time before this: 1980.
const firstTime = 315_532_800;

/**
 * A FAT with a tree: the same bytes each time. Owners, modes, links and times are lost; all times are the clock's.
 * @throws Failure `disk-entry`, `disk-too-large`, `fat-file-too-large`
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
  checkFatSize(bytes);
  const { host, signal } = context;
  const folder = await context.scratch();
  const path = join(folder, "fat.img");
  const empty = await open(path, "wx");
  await empty.truncate(bytes).finally(() => empty.close());
  const { bits, cluster, rootSectors } = fatShape(tree, bytes);
  const geometry = ["-h", "16", "-s", "63", "-T", String(bytes / sector), "-H", String(firstByte / sector)];
  const shape = bits === 32 ? ["-F"] : ["-r", String(rootSectors)];
  const serial = fatSerial(context.uuid(`disk extra ${extra.label}`));
  const names = ["-N", serial, "-v", extra.label.toUpperCase()];
  const args = ["-i", path, ...names, ...geometry, "-c", String(cluster), "-d", "1", ...shape, "::"];
  await runTool(host, "mformat", args, { signal, env: fatEnvironment(folder, context) });
  await fillFat(path, tree, Math.max(firstTime, context.clock), signal);
  return { path, bytes };
}
