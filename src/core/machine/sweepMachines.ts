import { stat } from "node:fs/promises";
import type { Host } from "../host/host.ts";
import { connect } from "./connect.ts";
import { Monitor } from "./monitor.ts";
import {
  listRuntimeFolders,
  listScratchFolders,
  type RuntimePaths,
  removeRuntimeFolder,
  runtimePaths,
} from "./runtimeFolder.ts";

// A guard that has only just made its folders does not listen yet, and QEMU may still need them.
const youngMs = 60_000;

/** Removes what guards left that were killed: their folders, and QEMU where it was not tied to its guard. */
export async function sweepMachines(host: Host): Promise<void> {
  const folders = new Set([...(await listRuntimeFolders(host.env)), ...(await listScratchFolders(host.env))]);
  await Promise.all([...folders].map(folder => sweep(runtimePaths(folder))));
}

async function sweep(paths: RuntimePaths): Promise<void> {
  const guard = await listener(paths.guard);
  if (guard === "listens") return;
  if (guard === "none" && (await isYoung(paths.folder))) return;
  await endOrphan(paths.monitor);
  removeRuntimeFolder(paths.folder);
}

/** Whether a process listens on a socket: `dead` when only its name is left, `none` when not even that. */
async function listener(path: string): Promise<"listens" | "dead" | "none"> {
  try {
    (await connect(path)).destroy();
    return "listens";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ECONNREFUSED" ? "dead" : "none";
  }
}

async function isYoung(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < youngMs;
}

async function endOrphan(path: string): Promise<void> {
  try {
    const monitor = await Monitor.open(await connect(path), () => undefined);
    await monitor.execute("quit").catch(() => undefined);
    monitor.close();
  } catch {
    // Nobody listens: QEMU went with its guard.
  }
}
