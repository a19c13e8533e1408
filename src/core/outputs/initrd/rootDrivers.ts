import type { RootFileSystem } from "./rootFileSystem.ts";

/** A driver without which no root is mounted, as module and as kernel configuration. */
export interface RootDriver {
  readonly module: string;
  readonly option: string;
  readonly purpose: string;
}

const toMount = "to mount the root file system";
const fileSystems: Readonly<Record<RootFileSystem["type"], RootDriver>> = {
  ext4: { module: "ext4", option: "CONFIG_EXT4_FS", purpose: toMount },
  btrfs: { module: "btrfs", option: "CONFIG_BTRFS_FS", purpose: toMount },
  squashfs: { module: "squashfs", option: "CONFIG_SQUASHFS", purpose: toMount },
  erofs: { module: "erofs", option: "CONFIG_EROFS_FS", purpose: toMount },
};
const overlayDriver: RootDriver = {
  module: "overlay",
  option: "CONFIG_OVERLAY_FS",
  purpose: "to keep in memory what is written to the root",
};

/** What a kernel needs to mount such a root, once it has the disk. */
export function rootDriversOf(root: RootFileSystem): readonly RootDriver[] {
  return [fileSystems[root.type], ...(root.overlay ? [overlayDriver] : [])];
}

/** The same for a squashfs on an ISO. */
export const mediumDrivers: readonly RootDriver[] = [
  { module: "isofs", option: "CONFIG_ISO9660_FS", purpose: "to read the medium" },
  { module: "loop", option: "CONFIG_BLK_DEV_LOOP", purpose: "to mount a file of the medium" },
  fileSystems.squashfs,
  overlayDriver,
];
