/** What the kernel gets as its root. */
export interface RootFileSystem {
  readonly type: "ext4" | "squashfs" | "erofs";
  /** Writes go to memory, over a root that itself stays as it is. */
  readonly overlay: boolean;
}
