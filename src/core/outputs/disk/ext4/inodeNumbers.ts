import { readImage } from "./debugfs.ts";
import type { Ext4Work } from "./mke2fs.ts";

export const rootInode = 2;
const directoryBits = 0o040000;
const typeMask = 0o170000;
// What stands before the first slash, and the six fields.
const partsOfEach = 7;

/** Reads which inode each path of the image got; the root's path is "". */
export async function readInodeNumbers(work: Ext4Work, image: string): Promise<Map<string, number>> {
  const numbers = new Map([["", rootInode]]);
  let folders = [""];
  while (folders.length > 0) {
    const requests = folders.map(path => `ls -p <${numbers.get(path)}>`);
    const said = await readImage(work, image, requests);
    const below: string[] = [];
    let at = -1;
    for (const { name, inode, mode } of readListing(said)) {
      // Each list begins with the folder itself.
      if (name === ".") at++;
      if (name === "." || name === "..") continue;
      const folder = folders[at];
      if (folder === undefined) throw new Error("debugfs lists more folders than it was asked for.");
      const path = folder === "" ? name : `${folder}/${name}`;
      numbers.set(path, inode);
      if ((mode & typeMask) === directoryBits) below.push(path);
    }
    if (at !== folders.length - 1) throw new Error("debugfs does not list every folder.");
    folders = below;
  }
  return numbers;
}

interface Listed {
  readonly name: string;
  readonly inode: number;
  readonly mode: number;
}

/**
 * Reads lists of `ls -p`: /INODE/MODE/UID/GID/NAME/SIZE/, then a line break. A name can hold a line break itself but
 * never a slash, so slashes alone tell where it ends.
 */
export function* readListing(said: string): Generator<Listed> {
  const parts = said.split("/");
  for (let at = 0; at + partsOfEach < parts.length; at += partsOfEach) {
    const [, inode, mode, , , name] = parts.slice(at, at + partsOfEach);
    if (inode === undefined || mode === undefined || name === undefined) return;
    yield { name, inode: Number(inode), mode: Number.parseInt(mode, 8) };
  }
}
