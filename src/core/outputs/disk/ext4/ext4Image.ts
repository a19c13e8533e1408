/** Bytes of a block; the page size of the machines that are booted, so that no block is read in parts. */
export const blockBytes = 4096;

/** An ext4 image to be made: everything but its content. */
export interface Ext4Shape {
  /** Blocks of the disk. */
  readonly blocks: number;
  /** Inodes that there must be at least. */
  readonly inodes: number;
  readonly journal: boolean;
}

/** Which of the family: what one lacks, its elders lack too. */
export type ExtType = "ext4" | "ext3" | "ext2";

/** What tells one file system from another. */
export interface Ext4Identity {
  /** Default: `ext4`. */
  readonly type?: ExtType | undefined;
  /** As text, with dashes. */
  readonly uuid: string;
  /** Seed of the order in which the kernel indexes directories; a uuid as well. */
  readonly hashSeed: string;
  /** At most 16 bytes. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly clock: number;
}

/** Blocks of a finished image. */
export interface BlockCounts {
  /** Can be less than those of the disk: a last group with next to no room is left out. */
  readonly blocks: number;
  readonly free: number;
}

/** Thrown inside when an image of this size cannot hold what it should. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
}

/** True when a tool of e2fsprogs says that the image, not the host's disk, is too small. */
export function saysNoRoom(said: string): boolean {
  return /Could not allocate (?:block|inode) in ext2|Not enough space to build proposed|too big for (?:a )?filesystem|too small for a journal|requested number of inodes/.test(
    said,
  );
}

/**
 * The time that the tools of e2fsprogs are told. 0 would mean the real time, so that the superblock says 1 for it;
 * inodes get the clock itself.
 */
export function toolTime(clock: number): Record<string, string> {
  return { E2FSPROGS_FAKE_TIME: String(Math.max(1, clock)) };
}
