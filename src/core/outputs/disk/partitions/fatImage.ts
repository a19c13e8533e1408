import { open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runTool } from "../../../host/runTool.ts";
import type { OutputContext } from "../../output.ts";
import { firstByte, sector } from "./layout.ts";

const MiB = 2 ** 20;
// Boot sector, the root folder's 32 entries, and a little more.
const rootSectors = 2;
const spareClusters = 16;
const leastFat16 = 4085;
const mostFat16 = 65_524;
// FAT knows no time before this: 1980.
const firstTime = 315_532_800;

/**
 * The smallest FAT file system with these files, the same bytes each time.
 * @param files path on this machine of each, by its path in the file system
 * @param serial 8 hex digits, the volume's
 * @param extra bytes to leave free for what is written later
 * @returns path of the image
 * @throws Failure `fat-too-large`; `tool-missing`, `tool-failed`
 */
export async function fatImage(
  files: ReadonlyMap<string, string>,
  serial: string,
  extra: number,
  context: OutputContext,
): Promise<string> {
  const folder = await context.scratch();
  const image = join(folder, "fat.img");
  const folders = foldersOf(files);
  const sizes = await Promise.all([...files.values()].map(async path => (await stat(path)).size));
  const { cluster, sectors } = shapeOf([...sizes, extra], folders.length, context);
  const empty = await open(image, "wx");
  await empty.truncate(sectors * sector).finally(() => empty.close());
  const run = (tool: "mformat" | "mmd" | "mcopy", args: readonly string[]) =>
    runTool(context.host, tool, ["-i", image, ...args], {
      signal: context.signal,
      env: fatEnvironment(folder, context),
    });
  const geometry = ["-h", "16", "-s", "63", "-T", String(sectors), "-H", String(firstByte / sector)];
  const shape = ["-c", String(cluster), "-r", String(rootSectors), "-d", "1"];
  await run("mformat", ["-N", serial, ...geometry, ...shape, "::"]);
  if (folders.length > 0)
    await run(
      "mmd",
      folders.map(name => `::${name}`),
    );
  for (const [name, path] of files) await run("mcopy", [path, `::${name}`]);
  return image;
}

/** Nothing of the user's own settings may count, nor the time of day. */
export function fatEnvironment(
  folder: string,
  { clock }: Pick<OutputContext, "clock">,
): Record<string, string> {
  return { SOURCE_DATE_EPOCH: String(Math.max(firstTime, clock)), HOME: folder, MTOOLSRC: "/dev/null" };
}

/** Sectors of a cluster and of the whole. */
function shapeOf(
  sizes: readonly number[],
  folders: number,
  context: OutputContext,
): { readonly cluster: number; readonly sectors: number } {
  const bytes = sizes.reduce((sum, each) => sum + each, 0);
  if (bytes > 2000 * MiB) {
    throw context.fail(
      "fat-too-large",
      "The kernel and its initrd take more than 2 GiB, which the FAT partition cannot hold.",
      {
        at: ["bootloader"],
        advice: "Write bootloader: grub, which takes the kernel from the root.",
      },
    );
  }
  const cluster = bytes < MiB ? 1 : bytes < 100 * MiB ? 4 : bytes < 400 * MiB ? 16 : 64;
  const used = sizes.reduce(
    (sum, each) => sum + Math.ceil(each / (cluster * sector)),
    folders + spareClusters,
  );
  // Near the border between FAT12 and FAT16 not all readers count alike.
  const clusters = used > leastFat16 - 64 && used < leastFat16 + 64 ? leastFat16 + 64 : used;
  const bits = clusters < leastFat16 ? 12 : 16;
  if (clusters > mostFat16) throw new Error("The clusters are too small.");
  const table = Math.ceil(((clusters + 2) * bits) / 8 / sector);
  return { cluster, sectors: 1 + table + rootSectors + clusters * cluster };
}

/** The folders of these paths, each after the one that it lies in. */
function foldersOf(files: ReadonlyMap<string, string>): string[] {
  const found = new Set<string>();
  for (const path of files.keys()) {
    for (let at = dirname(path); at !== "."; at = dirname(at)) found.add(at);
  }
  return [...found].sort();
}
