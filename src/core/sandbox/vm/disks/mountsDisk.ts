import { stat } from "node:fs/promises";
import { Failure } from "../../../failure.ts";
import { makeAround } from "../../../outputs/disk/ext4/fit.ts";
import { openMaker } from "../../../outputs/disk/ext4/maker.ts";
import { permissions } from "../../../stages/tree/copyFolder.ts";
import { linkTarget, walkHostFolder } from "../../../stages/tree/hostFolder.ts";
import type { LayerWriter } from "../../../tree/layer.ts";
import { createLayerBuilder } from "../../../tree/layerBuilder.ts";
import { stackLayers } from "../../../tree/stack.ts";
import type { SandboxMount } from "../../sandbox.ts";
import type { DiskWork } from "./treeDisk.ts";

const identity = {
  uuid: "77686974-746c-4502-806d-6f756e740001",
  hashSeed: "77686974-746c-4502-806d-6f756e740002",
  label: "whittle-mounts",
};
const owner = { uid: 0, gid: 0 };

/** A file or folder of the host on the mounts disk. */
export interface CopiedMount {
  /** Absolute path inside. */
  readonly to: string;
  readonly isFolder: boolean;
}

/**
 * Makes an ext4 with copies of the host's files and folders, the first in /0, the second in /1 and so on, owned by
 * root.
 * @throws Failure `mount-missing`, `folder-unreadable`, `file-unreadable`.
 */
export async function makeMountsDisk(
  mounts: readonly SandboxMount[],
  work: DiskWork,
): Promise<{ readonly path: string; readonly copied: readonly CopiedMount[] }> {
  const { host, signal, folder, clock } = work;
  const layer = createLayerBuilder({ folder, clock, signal });
  const copied: CopiedMount[] = [];
  try {
    for (const [index, { from, to }] of mounts.entries()) {
      copied.push({ to, isFolder: await addMount(from, String(index), layer, signal) });
    }
    const tree = stackLayers([await layer.finish(signal)]);
    const maker = await openMaker(
      { host, signal, folder, identity: { ...identity, clock } },
      tree,
      false,
      () => {},
    );
    await makeAround(maker, 0);
    await maker.close();
    return { path: maker.path, copied };
  } finally {
    await layer.discard();
  }
}

async function addMount(from: string, at: string, layer: LayerWriter, signal: AbortSignal): Promise<boolean> {
  const found = await stat(from).catch((cause: unknown) => {
    throw new Failure(
      "mount-missing",
      `${from} cannot be mounted: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  });
  const mtime = Math.floor(found.mtimeMs / 1000);
  const base = { path: at, mode: permissions(found), mtime, ...owner };
  if (found.isFile()) {
    await layer.add({ type: "file", ...base }, { file: from });
    return false;
  }
  await layer.add({ type: "directory", ...base });
  const firstNames = new Map<string, string>();
  for await (const { path, source, stat: each } of walkHostFolder(from, () => false, signal)) {
    const entry = {
      path: `${at}/${path}`,
      mode: permissions(each),
      mtime: Math.floor(each.mtimeMs / 1000),
      ...owner,
    };
    const inode = `${each.dev}:${each.ino}`;
    const first = each.nlink > 1 ? firstNames.get(inode) : undefined;
    if (each.isDirectory()) await layer.add({ type: "directory", ...entry });
    else if (each.isSymbolicLink())
      await layer.add({ type: "symlink", ...entry, mode: 0o777, target: linkTarget(source) });
    else if (each.isFile() && first !== undefined)
      await layer.add({ type: "file", ...entry }, { hardLink: first });
    else if (each.isFile()) {
      await layer.add({ type: "file", ...entry }, { file: source });
      firstNames.set(inode, entry.path);
    }
  }
  return true;
}
