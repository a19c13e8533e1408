import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";

const run = promisify(execFile);

export interface FoundPartition {
  readonly start: number;
  readonly size: number;
  readonly type: string;
  readonly uuid: string;
  readonly name?: string;
}

/** The partitions of a raw disk, which sfdisk is content with; places in sectors. */
export async function partitionsOf(path: string): Promise<readonly FoundPartition[]> {
  const { stdout: verdict } = await run("/usr/sbin/sfdisk", ["--verify", path]);
  expect(verdict).toContain("No errors detected");
  const { stdout } = await run("/usr/sbin/sfdisk", ["--json", path]);
  return (JSON.parse(stdout) as { partitiontable: { partitions: FoundPartition[] } }).partitiontable
    .partitions;
}

/** A partition as a file of its own in the new or empty folder `into`. */
export async function takeOut(path: string, found: FoundPartition, into: string): Promise<string> {
  const out = join(into, `partition ${found.name ?? found.start}`);
  const place = ["bs=512", `skip=${found.start}`, `count=${found.size}`];
  await run("dd", [`if=${path}`, `of=${out}`, ...place, "conv=sparse"]);
  return out;
}

/** What blkid says of a file system, by name. */
export async function blkid(path: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await run("/usr/sbin/blkid", ["-p", "-o", "export", path]);
  return Object.fromEntries(stdout.split("\n").flatMap(line => [line.split(/=(.*)/s).slice(0, 2)]));
}

/** Checks an ext file system; fails where e2fsck would change anything. */
export async function checkExt(path: string): Promise<void> {
  const { stdout } = await run("/usr/sbin/e2fsck", ["-fn", path]);
  expect(stdout).not.toMatch(/\? no$/m);
}

/** Checks a btrfs with all checksums of its content. */
export async function checkBtrfs(path: string): Promise<void> {
  const { stderr, stdout } = await run("btrfs", ["check", "--check-data-csum", path]);
  expect(stdout).toContain("no error found");
  expect(stderr).not.toMatch(/error|warning|invalid/i);
}
