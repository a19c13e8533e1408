import { constants } from "node:fs";
import { cp, lchown, lstat, mkdir, readdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import type { SandboxMount, SandboxTask } from "../sandbox.ts";
import { findIdMaps } from "./idRange.ts";

/** A mount, and whether `from` is a copy below the work folder. */
export interface PreparedMount extends SandboxMount {
  readonly isFolder: boolean;
  readonly copy: boolean;
}

const etc: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  group: "root:x:0:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
};

/**
 * Makes the folder that a command's namespaces work in: `tree`, `notes`, `etc`, `memory`, and `mounts` with copies of what would
 * be closed to root inside, or not be its own.
 * @throws Failure `mount-missing`.
 */
export async function makeWorkFolder(
  task: SandboxTask,
): Promise<{ folder: string; mounts: readonly PreparedMount[] }> {
  const folder = await task.scratch();
  const path = (...names: string[]): string => join(folder, ...names);
  for (const name of ["tree", "notes", "etc", "mounts", "memory"]) await mkdir(path(name), { mode: 0o755 });
  const resolver = task.network === true ? await readFile("/etc/resolv.conf").catch(() => "") : "";
  for (const [name, text] of Object.entries({ ...etc, "resolv.conf": resolver })) {
    await writeFile(path("etc", name), text, { mode: 0o644 });
  }
  const inside = await insideRoot();
  const mounts: PreparedMount[] = [];
  for (const { from, to } of task.mounts ?? []) {
    task.signal.throwIfAborted();
    const found = await stat(from).catch(() => undefined);
    if (!found) throw new Failure("mount-missing", `${from} cannot be mounted at ${to}: it does not exist.`);
    const isFolder = found.isDirectory();
    const name = join("mounts", String(mounts.length));
    const copy = await hasOtherOwner(from, inside.uid);
    if (copy) {
      const options = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true } as const;
      await cp(await realpath(from), path(name), { ...options, mode: constants.COPYFILE_FICLONE });
      if (inside.uid !== process.getuid?.()) await give(path(name), inside);
    }
    mounts.push({ from: copy ? name : from, to, isFolder, copy });
  }
  await giveToInside([folder, path("tree"), path("notes"), path("memory")]);
  return { folder, mounts };
}

/** Gives folders, without what is in them, to whoever is root inside; an ordinary user is that already. */
export async function giveToInside(folders: readonly string[]): Promise<void> {
  const { uid, gid } = await insideRoot();
  if (uid === process.getuid?.()) return;
  for (const folder of folders) await lchown(folder, uid, gid);
}

async function insideRoot(): Promise<{ readonly uid: number; readonly gid: number }> {
  const { users, groups } = await findIdMaps();
  return { uid: users[0]?.outside ?? 0, gid: groups[0]?.outside ?? 0 };
}

async function hasOtherOwner(path: string, uid: number): Promise<boolean> {
  const found = await stat(path);
  if (found.uid !== uid) return true;
  if (!found.isDirectory()) return false;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    if (entry.isDirectory() ? await hasOtherOwner(below, uid) : (await lstat(below)).uid !== uid) return true;
  }
  return false;
}

async function give(
  path: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<void> {
  await lchown(path, uid, gid);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await give(join(path, name), { uid, gid });
}
