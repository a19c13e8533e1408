import { expect, it } from "vitest";
import { Failure } from "../../../../src/core/failure.ts";
import type { Arch } from "../../../../src/core/host/host.ts";
import type { DiskParameters } from "../../../../src/core/outputs/disk/diskSchema.ts";
import { bootPlan } from "../../../../src/core/outputs/disk/loader/bootPlan.ts";
import { grubCommands } from "../../../../src/core/outputs/disk/loader/grub.ts";
import type { DiskBoot } from "../../../../src/core/outputs/disk/loader/linuxBoot.ts";
import { partitionsBeforeRoot } from "../../../../src/core/outputs/disk/partitions/beforeRoot.ts";
import { rootFileSystem, rootWords } from "../../../../src/core/outputs/disk/root/rootKind.ts";

const place = (arch: Arch) => ({
  arch,
  fail: (code: string, message: string, { at = [] }: { at?: readonly (string | number)[] } = {}) =>
    new Failure(code, `${at.join(".")}: ${message}`),
});

it.each([
  [{ firmware: "bios" }, "disk-firmware", "firmware"],
  [{ firmware: "uefi", bootloader: "syslinux" }, "disk-bootloader", "bootloader"],
] as const)("refuses %j on a processor whose machines have no such thing", (given, code, at) => {
  const plan = () => bootPlan(given as DiskParameters, place("aarch64"));
  expect(plan).toThrow(expect.objectContaining({ code, message: expect.stringMatching(`^${at}:`) }));
});

it("takes a kernel that GRUB cannot reach from the FAT partition", () => {
  const plan = { table: "mbr", bios: "grub", uefi: undefined } as const;
  const facts = { plan, swap: 0, hasInitrd: false };
  const roles = (copied: boolean) =>
    partitionsBeforeRoot({ ...facts, copied }, 1, [], place("x86_64")).map(({ role }) => role);
  expect(roles(false)).toEqual([]);
  expect(roles(true)).toEqual(["boot"]);
  const boot: DiskBoot = {
    ...{ kernel: "", kernelOnRoot: undefined, release: undefined, initrd: "/i", cmdline: "quiet" },
    ...{ rootUuid: "u", rootType: "squashfs", serial: "0123abcd", table: "mbr", versions: {} },
  };
  expect(grubCommands(boot).trim().split("\n")).toEqual([
    "search.fs_uuid 0123-abcd root",
    "linux /vmlinuz quiet",
    "initrd /initrd.img",
    "boot",
  ]);
});

it("tells the kernel how to mount each root", () => {
  expect(rootWords({})).toEqual(["rootfstype=ext4", "rw"]);
  expect(rootWords({ filesystem: "ext2" }, "rootwait")).toEqual(["rootfstype=ext4", "rootwait", "rw"]);
  expect(rootWords({ filesystem: "erofs" })).toEqual(["rootfstype=erofs", "rw"]);
  expect(rootWords({ filesystem: "erofs", overlay: false })).toEqual(["rootfstype=erofs", "ro"]);
  expect(rootFileSystem({ overlay: true })).toEqual({ type: "ext4", overlay: true });
});
