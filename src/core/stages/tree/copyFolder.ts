import type { Stats } from "node:fs";
import { Failure } from "../../failure.ts";
import type { Owner } from "../files/fields.ts";
import type { StageContext } from "../stage.ts";
import { type HostItem, linkTarget, walkHostFolder } from "./hostFolder.ts";

export interface FolderCopy {
  /** Absolute path on the host. */
  readonly source: string;
  /** Folder of the image, without leading slash; "" = the root. */
  readonly target: string;
  readonly owner: Owner;
  readonly ignored: (path: string) => boolean;
}

/**
 * Adds a host folder to the layer as it is: modes, links and further names of a file are kept, everything gets
 * the fixed clock.
 * @returns how many entries were added
 */
export async function copyFolder(copy: FolderCopy, context: StageContext): Promise<number> {
  const firstNames = new Map<string, string>();
  let count = 0;
  for await (const item of walkHostFolder(copy.source, copy.ignored, context.signal)) {
    const path = copy.target === "" ? item.path : `${copy.target}/${item.path}`;
    await addItem(item, path, copy.owner, firstNames, context);
    if (++count % 1000 === 0) context.progress(count, undefined, "entries");
  }
  return count;
}

async function addItem(
  { source, stat }: HostItem,
  path: string,
  owner: Owner,
  firstNames: Map<string, string>,
  context: StageContext,
): Promise<void> {
  const base = { path, ...owner, mode: permissions(stat), mtime: context.clock };
  const { layer } = context;
  if (stat.isDirectory()) return layer.add({ type: "directory", ...base });
  if (stat.isSymbolicLink())
    return layer.add({ type: "symlink", ...base, mode: 0o777, target: linkTarget(source) });
  if (stat.isFIFO()) return layer.add({ type: "fifo", ...base });
  if (stat.isSocket()) return context.warn(`${source} is a socket of a running program and is left out.`);
  if (!stat.isFile())
    throw new Failure("device-in-folder", `${source} is a device.`, {
      advice: "Declare devices in a `files` stage, or leave this one out with `ignore`.",
    });
  const inode = `${stat.dev}:${stat.ino}`;
  const first = stat.nlink > 1 ? firstNames.get(inode) : undefined;
  if (first !== undefined) return layer.add({ type: "file", ...base }, { hardLink: first });
  await layer.add({ type: "file", ...base }, { file: source });
  if (stat.nlink > 1) firstNames.set(inode, path);
}

/** The permission bits of a host file, with setuid, setgid and sticky. */
export function permissions(stat: Stats): number {
  return stat.mode & 0o7777;
}
