import { Failure } from "../../../failure.ts";
import type { Host } from "../../../host/host.ts";
import { blockBytes } from "../../../outputs/disk/ext4/ext4Image.ts";
import { openMaker } from "../../../outputs/disk/ext4/maker.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { keptAttributes } from "../../capture/captureScripts.ts";
import { materialEntries } from "../../capture/materialTar.ts";

export interface DiskWork {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Folder of this work alone; the disk is made in it. */
  readonly folder: string;
  /** Seconds since 1970. */
  readonly clock: number;
  /** Bytes that stay free beside the content. */
  readonly room: number;
}

// What other tools choose as well.
const bytesPerInode = 16_384;
const growth = 1.05;

/**
 * Makes a sparse ext4 with that part of a tree that commands get as real files, with owners, modes and attributes.
 * @returns absolute path of the image.
 * @throws Failure `disk-entry`, `disk-xattr` for what ext4 cannot hold; `disk-full`.
 */
export async function makeTreeDisk(tree: Tree, work: DiskWork): Promise<string> {
  const { host, signal, folder, clock, room } = work;
  const identity = { uuid: id(1), hashSeed: id(2), label: "whittle-tree", clock };
  const material: Tree = { ...tree, entries: materialEntries(tree).map(withKeptAttributes) };
  const maker = await openMaker({ host, signal, folder, identity }, material, false, () => {});
  const inodes = maker.inodes + Math.ceil(room / bytesPerInode);
  const blocks = Math.ceil((maker.content * growth + room / blockBytes + inodes / 16) * 1.01);
  const made = await maker.make(blocks, inodes);
  await maker.close();
  if (!made) throw new Failure("vm-disk-error", "The tree does not fit on the helper VM's disk.");
  return maker.path;
}

function withKeptAttributes(entry: TreeEntry): TreeEntry {
  if (!entry.xattrs) return entry;
  const kept = Object.entries(entry.xattrs).filter(([name]) => isKept(name));
  return { ...entry, xattrs: kept.length > 0 ? Object.fromEntries(kept) : undefined };
}

function isKept(name: string): boolean {
  return keptAttributes.some(each =>
    each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each,
  );
}

function id(number: number): string {
  return `77686974-746c-4502-8074-72656500000${number}`;
}
