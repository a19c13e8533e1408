import { Failure } from "../../../failure.ts";
import { runTool } from "../../../host/runTool.ts";
import { type BlockCounts, NoRoom, saysNoRoom, toolTime } from "./ext4Image.ts";
import type { Ext4Work } from "./mke2fs.ts";

/** Runs debugfs on the image, with one request in each of `lines`, and returns what it says. */
export async function readImage(work: Ext4Work, image: string, lines: readonly string[]): Promise<string> {
  return runDebugfs(work, [placeIn(work, image)], lines);
}

/**
 * Changes the image by debugfs, one request in each of `lines`.
 * @returns the numbers of the inodes that were made, in their order
 * @throws NoRoom
 */
export async function changeImage(
  work: Ext4Work,
  image: string,
  lines: readonly string[],
): Promise<readonly number[]> {
  const said = await runDebugfs(work, ["-w", placeIn(work, image)], lines);
  const made: number[] = [];
  for (const line of said.split("\n")) {
    const number = /^Allocated inode: (\d+)$/.exec(line)?.[1];
    if (number !== undefined) made.push(Number(number));
    // It repeats each request; anything else is a complaint that it did not put where complaints go.
    else if (line !== "" && !line.startsWith("debugfs: ")) throw complaint(line);
  }
  return made;
}

export async function countBlocks(work: Ext4Work, image: string): Promise<BlockCounts> {
  const said = await readImage(work, image, ["show_super_stats -h"]);
  const number = (name: string): number => {
    const found = new RegExp(`^${name}: +(\\d+)$`, "m").exec(said)?.[1];
    if (found === undefined) throw new Error(`debugfs does not say "${name}".`);
    return Number(found);
  };
  return { blocks: number("Block count"), free: number("Free blocks") };
}

/** `text` as one word of a request; there is no way to write a line break. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** True for text that can stand in a request. */
export function canBeQuoted(text: string): boolean {
  return !/[\r\n]/.test(text);
}

/** The image as e2fsprogs takes it: with its place in the file. */
function placeIn({ offset = 0 }: Ext4Work, image: string): string {
  return offset > 0 ? `${image}?offset=${offset}` : image;
}

async function runDebugfs(
  { host, signal, folder, identity }: Ext4Work,
  args: readonly string[],
  lines: readonly string[],
): Promise<string> {
  const { stdout, stderr } = await runTool(host, "debugfs", ["-f", "-", ...args], {
    signal,
    cwd: folder,
    env: toolTime(identity.clock),
    stdin: { text: `${lines.join("\n")}\n` },
  });
  // It succeeds whatever its requests do; only what it says tells.
  const complaints = stderr.split("\n").filter(line => line !== "" && !/^debugfs \d\S* \(.*\)$/.test(line));
  if (complaints.length > 0) throw complaint(complaints.slice(0, 8).join("\n"));
  return stdout;
}

function complaint(said: string): Error {
  if (saysNoRoom(said)) return new NoRoom(said);
  return new Failure("tool-failed", `debugfs could not do what it was asked to: ${said}`);
}
