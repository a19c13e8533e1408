import { execFile } from "node:child_process";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Failure } from "../../failure.ts";
import type { SandboxMount, SandboxTask } from "../sandbox.ts";
import { findIdMaps } from "./idRange.ts";

/** A mount, and whether `from` is a copy below the work folder. */
export interface PreparedMount extends SandboxMount {
  readonly isFolder: boolean;
  readonly copy: boolean;
}

const run = promisify(execFile);
const etc: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  group: "root:x:0:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
};

/**
 * Makes the folder that a command's namespaces work in: `tree`, `notes`, `etc`, and `mounts` where root's own files
 * would be closed to those who are root inside.
 * @throws Failure `mount-missing`.
 */
export async function makeWorkFolder(
  task: SandboxTask,
): Promise<{ folder: string; mounts: readonly PreparedMount[] }> {
  const folder = await task.scratch();
  const path = (...names: string[]): string => join(folder, ...names);
  for (const name of ["tree", "notes", "etc", "mounts"]) await mkdir(path(name), { mode: 0o755 });
  const resolver = task.network === true ? await readFile("/etc/resolv.conf").catch(() => "") : "";
  for (const [name, text] of Object.entries({ ...etc, "resolv.conf": resolver })) {
    await writeFile(path("etc", name), text, { mode: 0o644 });
  }
  const isRoot = process.getuid?.() === 0;
  const mounts: PreparedMount[] = [];
  for (const { from, to } of task.mounts ?? []) {
    const found = await stat(from).catch(() => undefined);
    if (!found) throw new Failure("mount-missing", `${from} cannot be mounted at ${to}: it does not exist.`);
    const copy = join("mounts", String(mounts.length));
    if (isRoot)
      await run("cp", ["-RL", "--preserve=mode,timestamps", "--reflink=auto", "-T", from, path(copy)]);
    mounts.push({ from: isRoot ? copy : from, to, isFolder: found.isDirectory(), copy: isRoot });
  }
  await giveToInside([folder, path("tree"), path("notes")]);
  if (isRoot && mounts.length > 0) await giveToInside([path("mounts")], ["-R"]);
  return { folder, mounts };
}

/** Gives folders to whoever is root inside; an ordinary user is that already. */
export async function giveToInside(
  folders: readonly string[],
  options: readonly string[] = [],
): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { users, groups } = await findIdMaps();
  await run("chown", [...options, `${users[0]?.outside}:${groups[0]?.outside}`, "--", ...folders]);
}
