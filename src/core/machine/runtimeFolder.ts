import { readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";

/** Every machine's folder is named so, followed by random letters; the whole is the machine's id. */
export const folderPrefix = "whittle-machine-";

/** What lies in the folder of a running machine, readable by its owner only. */
export interface RuntimePaths {
  readonly folder: string;
  /** Sockets that clients connect to: of the guard, of QEMU's monitor, of the serial line. */
  readonly guard: string;
  readonly monitor: string;
  readonly serial: string;
  /** The socket that QEMU connects its serial line to. */
  readonly uart: string;
  /** JSON: see machineRecord.ts. */
  readonly record: string;
}

export function runtimePaths(folder: string): RuntimePaths {
  const at = (name: string): string => join(folder, name);
  return {
    folder,
    guard: at("guard.sock"),
    monitor: at("qmp.sock"),
    serial: at("serial.sock"),
    uart: at("uart.sock"),
    record: at("machine.json"),
  };
}

// The address of a unix socket holds 103 bytes on every system.
const longestParent = 103 - `/${folderPrefix}XXXXXX/serial.sock`.length;

/** Where folders of machines may lie, best first: `$XDG_RUNTIME_DIR` if it is really ours, then the temporary folder. */
export async function runtimeParents(env: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const xdg = env["XDG_RUNTIME_DIR"];
  const ours = xdg && isAbsolute(xdg) && (await isOurs(xdg)) ? [xdg] : [];
  const all = [...ours, tmpdir(), "/tmp"].filter(each => Buffer.byteLength(each) <= longestParent);
  return [...new Set(all)];
}

/**
 * Where QEMU makes the nameless files that take what guests write to disks: on a real disk, named as the machine. QEMU
 * killed in the middle of that leaves a file behind, which then goes with this folder.
 */
export function scratchFolder(env: Readonly<Record<string, string | undefined>>, id: string): string {
  return join(env["TMPDIR"] || "/var/tmp", id);
}

/** The folders of this user's machines, living and dead. */
export async function listRuntimeFolders(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  return foldersIn(await runtimeParents(env));
}

/** The scratch folders of this user's machines. Once QEMU has started they are empty and not needed any more. */
export async function listScratchFolders(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  return foldersIn([dirname(scratchFolder(env, "any"))]);
}

async function foldersIn(parents: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const parent of parents) {
    const names = await readdir(parent).catch(() => []);
    for (const name of names.filter(each => each.startsWith(folderPrefix))) {
      const path = join(parent, name);
      if (await isOurs(path)) found.push(path);
    }
  }
  return found;
}

export function machineId(folder: string): string {
  return basename(folder);
}

/** Removes the files of a machine, then the folder; never anything below a folder inside. */
export function removeRuntimeFolder(folder: string): void {
  quietly(() => {
    for (const name of readdirSync(folder)) quietly(() => unlinkSync(join(folder, name)));
  });
  quietly(() => rmdirSync(folder));
}

// sudo and su may leave another user's XDG_RUNTIME_DIR in the environment; /tmp belongs to everybody.
async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // It is not there (any more).
  }
}
