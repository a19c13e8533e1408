/** What the kernel gets as its root. */
export interface RootFileSystem {
  readonly type: "ext4" | "btrfs" | "squashfs" | "erofs";
  /** Writes go to memory, over a root that itself stays as it is. */
  readonly overlay: boolean;
}

/** A root that lies as a squashfs on an ISO. */
export interface MediumRoot {
  /** A file that only this ISO has. */
  readonly mark: string;
  /** The squashfs on the ISO. */
  readonly squashfs: string;
}
