import type { RootFileSystem } from "../../initrd/rootFileSystem.ts";
import type { DiskParameters } from "../diskSchema.ts";

type Given = Pick<DiskParameters, "filesystem" | "overlay">;

/** True for a root that cannot be written to. */
export function isReadOnly({ filesystem }: Given): boolean {
  return filesystem === "squashfs" || filesystem === "erofs";
}

/** The root as the kernel mounts it: the driver of ext4 mounts its elders as well. */
export function rootFileSystem(given: Given): RootFileSystem {
  const { filesystem = "ext4" } = given;
  const type = filesystem === "ext3" || filesystem === "ext2" ? "ext4" : filesystem;
  return { type, overlay: given.overlay ?? isReadOnly(given) };
}

/** Words that tell a kernel how to mount the root; which device that is stands before them. */
export function rootWords(given: Given, ...more: readonly string[]): readonly string[] {
  const { type, overlay } = rootFileSystem(given);
  return [`rootfstype=${type}`, ...more, isReadOnly(given) && !overlay ? "ro" : "rw"];
}

/** True where GRUB reads the root, and so the kernel on it. Of a squashfs it knows other compressions alone. */
export function grubReads(given: Given): boolean {
  return !isReadOnly(given);
}
