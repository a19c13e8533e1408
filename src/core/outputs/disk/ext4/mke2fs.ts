import { open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../../failure.ts";
import type { Host } from "../../../host/host.ts";
import { runTool } from "../../../host/runTool.ts";
import {
  blockBytes,
  type Ext4Identity,
  type Ext4Shape,
  type ExtType,
  NoRoom,
  saysNoRoom,
  toolTime,
} from "./ext4Image.ts";
import type { InodeAttributes } from "./inodeRecord.ts";

/** Where and for whom an image is made. */
export interface Ext4Work {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Folder of this work alone. */
  readonly folder: string;
  readonly identity: Ext4Identity;
  /** Bytes of the image's file that lie before the file system. Default 0. */
  readonly offset?: number | undefined;
  /** What the root folder says of itself. Default: 0755, root's, dated by the clock. */
  readonly root?: InodeAttributes | undefined;
}

const inodeBytes = 256;
// An inode or a block of a group is one bit in a block of its own.
const mostPerGroup = 8 * blockBytes;
const leastBlocksPerGroup = 256;
// Below this not even its own tables fit.
const leastBlocks = 16;
// Below this mke2fs leaves out the journal without a word.
const leastBlocksWithJournal = 2048;
const oldest = "ext_attr,dir_index,filetype,sparse_super,large_file";
const features: Readonly<Record<ExtType, string>> = {
  ext4: "ext_attr,dir_index,filetype,extent,sparse_super,large_file,huge_file,dir_nlink,extra_isize",
  ext3: oldest,
  ext2: oldest,
};
// Stands in for the host's own mke2fs.conf, which would sway the bytes.
const settings = `[defaults]
	default_mntopts = acl,user_xattr
	enable_periodic_fsck = 0
[fs_types]
	ext4 = {
		inode_size = ${inodeBytes}
	}
	ext3 = {
		inode_size = ${inodeBytes}
	}
	ext2 = {
		inode_size = ${inodeBytes}
	}
	small = {
		inode_size = ${inodeBytes}
	}
	floppy = {
		inode_size = ${inodeBytes}
	}
	big = {
		inode_size = ${inodeBytes}
	}
	huge = {
		inode_size = ${inodeBytes}
	}
`;

/**
 * Makes the sparse file `image` anew, with an ext4 that holds the content of `staged` (or nothing). mke2fs takes the
 * entries in the order of their names, so that equal folders give equal bytes wherever they lie.
 * @throws NoRoom
 */
export async function makeFileSystem(
  work: Ext4Work,
  image: string,
  shape: Ext4Shape,
  staged?: string,
): Promise<void> {
  if (shape.blocks < (shape.journal ? leastBlocksWithJournal : leastBlocks)) throw new NoRoom("too small");
  const { offset = 0 } = work;
  await makeEmptyFile(image, offset + shape.blocks * blockBytes);
  const config = join(work.folder, "mke2fs.conf");
  await writeFile(config, settings);
  const { type = "ext4", uuid, hashSeed, label, clock } = work.identity;
  // A file without bytes needs no zeros written: "discard" makes sure that there are none but holes.
  const extended = `hash_seed=${hashSeed},no_copy_xattrs,discard,lazy_itable_init=0,lazy_journal_init=1${offset > 0 ? `,offset=${offset}` : ""}`;
  const args = [
    ...["-q", "-t", type, "-O", `none,${shape.journal ? "has_journal," : ""}${features[type]}`],
    ...["-b", `${blockBytes}`, "-I", `${inodeBytes}`, "-N", `${shape.inodes}`, "-m", "0"],
    ...["-g", `${blocksPerGroup(shape)}`, "-U", uuid, "-L", label, "-E", extended],
    ...(staged === undefined ? [] : ["-d", staged]),
    ...[image, `${shape.blocks}`],
  ];
  const env = { ...toolTime(clock), MKE2FS_CONFIG: config };
  try {
    await runTool(work.host, "mke2fs", args, { signal: work.signal, env });
  } catch (error) {
    if (error instanceof Failure && error.code === "tool-failed" && saysNoRoom(error.message)) {
      throw new NoRoom(error.message);
    }
    throw error;
  }
}

async function makeEmptyFile(path: string, bytes: number): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, "wx");
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

/** The usual size, unless very many small files need more groups than there would be of it. */
function blocksPerGroup({ blocks, inodes }: Ext4Shape): number {
  const groups = Math.ceil(inodes / mostPerGroup);
  if (groups <= Math.ceil(blocks / mostPerGroup)) return mostPerGroup;
  return Math.max(leastBlocksPerGroup, Math.ceil(blocks / groups / 8) * 8);
}
