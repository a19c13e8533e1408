import { Failure } from "../../../failure.ts";
import { moduleClosure } from "../../../kernel/closure.ts";
import type { KernelModule, ModuleIndex } from "../../../kernel/moduleIndex.ts";

/** Without these a guest does not get to its disks and to us. */
const needed = ["virtio_pci", "virtio_blk", "virtio_console", "ext4", "overlay"];
/** Helpful where the kernel has them. */
const network = ["virtio_net"];
const fileSystems = [
  ...[
    "btrfs",
    "xfs",
    "vfat",
    "exfat",
    "squashfs",
    "isofs",
    "udf",
    "erofs",
    "f2fs",
    "ntfs3",
    "jfs",
    "reiserfs",
  ],
  ...["nilfs2", "hfsplus", "ufs", "minix", "loop"],
  // What FAT and ISO 9660 read names with, and btrfs and f2fs check sums with.
  ...["nls_cp437", "nls_iso8859_1", "nls_ascii", "nls_utf8", "crc32c_intel", "crc32c_generic"],
];

/** All names, for the key of what is made from them. */
export const guestModuleNames: readonly string[] = [...needed, ...network, ...fileSystems];

/** Modules of the helper kernel, in the order to load them. */
export interface GuestModules {
  readonly boot: readonly KernelModule[];
  readonly network: readonly KernelModule[];
  readonly fileSystems: readonly KernelModule[];
}

/** @throws Failure `vm-kernel-unfit` when the kernel lacks a driver that every guest needs. */
export function guestModules(index: ModuleIndex): GuestModules {
  const boot = moduleClosure(index, needed);
  const [missing] = boot.missing;
  if (missing !== undefined) {
    throw new Failure(
      "vm-kernel-unfit",
      `The kernel ${index.release} cannot run the helper VM: it has no driver ${missing}, neither built in nor as a module.`,
      {
        advice:
          "Take another kernel package for the VM: Debian's linux-image-cloud-amd64 and linux-image-amd64 have it.",
      },
    );
  }
  const more = (names: readonly string[]): readonly KernelModule[] => {
    const loaded = new Set(boot.modules.map(each => each.name));
    return moduleClosure(index, names).modules.filter(each => !loaded.has(each.name));
  };
  return { boot: boot.modules, network: more(network), fileSystems: more(fileSystems) };
}
