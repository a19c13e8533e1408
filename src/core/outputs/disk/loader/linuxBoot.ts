import type { PackageVersion } from "../../../debian/package.ts";
import type { LoaderVersions } from "../../loaders/loaderPackages.ts";

/** What a disk's boot loaders are to start, and where things lie. */
export interface DiskBoot {
  /** Path of the kernel on this machine. */
  readonly kernel: string;
  /** Of the same kernel on the root, without a leading slash; undefined where a copy of it lies on the FAT partition. */
  readonly kernelOnRoot: string | undefined;
  /** As `uname -r` says it. */
  readonly release: string | undefined;
  /** Path on this machine. */
  readonly initrd: string | undefined;
  readonly cmdline: string;
  /** Of the root's file system. */
  readonly rootUuid: string;
  readonly rootType: "ext4" | "btrfs" | "squashfs" | "erofs";
  /** 8 hex digits, the FAT partition's. */
  readonly serial: string;
  readonly table: "mbr" | "gpt";
  readonly versions: LoaderVersions & Readonly<Record<string, PackageVersion>>;
}

/** Names on the FAT partition. */
export const kernelName = "vmlinuz";
export const initrdName = "initrd.img";
