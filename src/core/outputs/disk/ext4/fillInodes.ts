import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { DeviceEntry, FifoEntry } from "../../../tree/entry.ts";
import { nameOf, parentOf } from "../../../tree/path.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { changeImage, quoted } from "./debugfs.ts";
import { readInodeNumbers, rootInode } from "./inodeNumbers.ts";
import { type InodeAttributes, setAttributes, setDevice, setManyLinks } from "./inodeRecord.ts";
import { openInodeTable } from "./inodeTable.ts";
import type { Ext4Work } from "./mke2fs.ts";
import { xattrsOf } from "./xattrs.ts";

const requestsAtOnce = 200_000;
const inodesAtOnce = 5000;
const lostFound = "lost+found";
// Each is a link to the folder it lies in, as are the folder's own name and its "."; root has lost+found as well.
const mostSubfolders = 65_000 - 3;
const letters = { char: "c", block: "b", fifo: "p" } as const;

/**
 * Gives an image that mke2fs filled what the host's file system could not hold: owners, modes, times, devices,
 * fifos, extended attributes.
 * @throws NoRoom
 */
export async function fillInodes(work: Ext4Work, image: string, tree: Tree): Promise<void> {
  const numbers = await readInodeNumbers(work, image);
  await makeNodes(work, image, tree, numbers);
  await setInodes(work, image, tree, numbers);
  let waiting: string[] = [];
  for await (const requests of xattrRequests(work, tree, numbers)) {
    waiting.push(...requests);
    if (waiting.length < requestsAtOnce) continue;
    await changeImage(work, image, waiting);
    waiting = [];
  }
  // How much was written differs with what the host's file system is able to do.
  await changeImage(work, image, [...waiting, "set_super_value kbytes_written 0"]);
}

async function makeNodes(
  work: Ext4Work,
  image: string,
  tree: Tree,
  numbers: Map<string, number>,
): Promise<void> {
  const nodes = tree.entries.filter(isNode);
  if (nodes.length === 0) return;
  const requests = nodes.flatMap(({ path, type }) => [
    `cd <${numberOf(numbers, parentOf(path))}>`,
    `mknod ${quoted(nameOf(path))} ${letters[type]}${type === "fifo" ? "" : " 0 0"}`,
  ]);
  const made = await changeImage(work, image, requests);
  nodes.forEach(({ path }, index) => {
    const inode = made[index];
    if (inode !== undefined) numbers.set(path, inode);
  });
}

async function setInodes(
  work: Ext4Work,
  image: string,
  tree: Tree,
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const { clock } = work.identity;
  const subfolders = countSubfolders(tree);
  const table = openInodeTable(image, work.offset ?? 0);
  const set = (inode: number, path: string, attributes: InodeAttributes): void =>
    table.change(inode, bytes => {
      setAttributes(bytes, attributes, clock);
      if ((subfolders.get(path) ?? 0) >= mostSubfolders) setManyLinks(bytes);
    });
  try {
    const plain = { type: "directory", uid: 0, gid: 0, mtime: clock } as const;
    set(rootInode, "", work.root ?? { ...plain, mode: 0o755 });
    if (!tree.get(lostFound)) set(numberOf(numbers, lostFound), lostFound, { ...plain, mode: 0o700 });
    const seen = new Set<number>();
    for (const entry of tree.entries) {
      const inode = numberOf(numbers, entry.path);
      // A further name of a file.
      if (seen.has(inode)) continue;
      seen.add(inode);
      set(inode, entry.path, entry);
      if (entry.type === "char" || entry.type === "block") {
        table.change(inode, bytes => setDevice(bytes, entry));
      }
      if (seen.size % inodesAtOnce !== 0) continue;
      await setImmediate();
      work.signal.throwIfAborted();
    }
  } finally {
    table.close();
  }
}

/** Values go through files: they may be any bytes. */
async function* xattrRequests(
  work: Ext4Work,
  { entries }: Tree,
  numbers: ReadonlyMap<string, number>,
): AsyncGenerator<readonly string[]> {
  const seen = new Set<number>();
  for (const entry of entries) {
    if (!entry.xattrs) continue;
    const inode = numberOf(numbers, entry.path);
    if (seen.has(inode)) continue;
    seen.add(inode);
    const folder = `xattrs/${inode}`;
    await mkdir(join(work.folder, folder), { recursive: true });
    const requests: string[] = [];
    for (const { name, value } of xattrsOf(entry)) {
      const file = `${folder}/${requests.length}`;
      await writeFile(join(work.folder, file), value);
      requests.push(`ea_set -f ${file} <${inode}> ${quoted(name)}`);
    }
    yield requests;
  }
}

function countSubfolders(tree: Tree): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { type, path } of tree.entries) {
    if (type === "directory") counts.set(parentOf(path), (counts.get(parentOf(path)) ?? 0) + 1);
  }
  return counts;
}

function isNode(entry: TreeEntry): entry is TreeEntry & (DeviceEntry | FifoEntry) {
  return entry.type in letters;
}

function numberOf(numbers: ReadonlyMap<string, number>, path: string): number {
  const inode = numbers.get(path);
  if (inode === undefined) throw new Error(`mke2fs left out /${path}.`);
  return inode;
}
