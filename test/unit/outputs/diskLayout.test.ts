import { expect, it } from "vitest";
import { grubCommands } from "../../../src/core/outputs/disk/loader/grub.ts";
import type { DiskBoot } from "../../../src/core/outputs/disk/loader/linuxBoot.ts";
import {
  layOut,
  overheadOf,
  partUuid,
  sfdiskScript,
} from "../../../src/core/outputs/disk/partitions/layout.ts";
import { swapHeader } from "../../../src/core/outputs/disk/partitions/swapArea.ts";

const MiB = 2 ** 20;
const uuid = (purpose: string): string =>
  `00000000-0000-4000-8000-${Buffer.from(purpose.padEnd(6)).toString("hex").slice(0, 12)}`;
const wanted = [
  { role: "bios-boot", bytes: 0 },
  { role: "efi", bytes: 1.5 * MiB },
  { role: "root", bytes: 10 * MiB + 4096 },
] as const;

it("places partitions at whole MiB, with boot code before and the second table behind them", () => {
  const { partitions, bytes } = layOut("gpt", wanted);
  expect(partitions.map(({ start }) => start)).toEqual([34 * 512, MiB, 3 * MiB]);
  expect(partitions[0]?.bytes).toBe(MiB - 34 * 512);
  expect(bytes).toBe(14 * MiB);
  expect(layOut("mbr", wanted.slice(1)).bytes).toBe(14 * MiB);
  expect(layOut("mbr", [{ role: "root", bytes: 10 * MiB }]).bytes).toBe(11 * MiB);
});

it("knows what a root of a given disk may have", () => {
  const before = wanted.slice(0, 2);
  const root = 64 * MiB - overheadOf("gpt", before);
  expect(layOut("gpt", [...before, { role: "root", bytes: root }]).bytes).toBe(64 * MiB);
  expect(overheadOf("mbr", [])).toBe(MiB);
});

it("tells sfdisk all that it would draw by lot", () => {
  const layout = layOut("gpt", wanted);
  const script = sfdiskScript(layout, "x86_64", uuid, false);
  expect(script).toContain(`label-id: ${uuid("disk")}`);
  expect(script.match(/uuid=/g)).toHaveLength(3);
  expect(script).toContain("type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=");
  const mbr = sfdiskScript(layOut("mbr", wanted.slice(1)), "x86_64", uuid, true);
  expect(mbr).toMatch(/label-id: 0x[0-9a-f]{8}\n/);
  expect(mbr).toContain("type=ef, bootable");
});

it("names a partition as Linux does", () => {
  const root = layOut("mbr", wanted.slice(1)).partitions[1];
  if (!root) throw new Error("There is no root.");
  expect(partUuid("mbr", root, uuid)).toMatch(/^[0-9a-f]{8}-02$/);
  expect(partUuid("gpt", root, uuid)).toBe(uuid("partition root"));
});

it("gives GRUB words that it passes on as they are", () => {
  const boot: DiskBoot = {
    ...{
      kernel: "",
      kernelOnRoot: "boot/vmlinuz-6.1",
      release: "6.1",
      rootType: "ext4",
      initrd: "/i",
      table: "gpt",
      versions: {},
    },
    ...{ cmdline: `quiet a="b c" d$e`, rootUuid: "u", serial: "0123abcd" },
  };
  expect(grubCommands(boot).split("\n")).toEqual([
    "search.fs_uuid u root",
    "linux /boot/vmlinuz-6.1 quiet 'a=b c' 'd$e'",
    "search.fs_uuid 0123-abcd root",
    "initrd /initrd.img",
    "boot",
    "",
  ]);
});

it("heads a swap area as mkswap does", () => {
  const head = swapHeader(8 * MiB, "01020304-0506-0708-090a-0b0c0d0e0f10");
  expect(head.toString("latin1", 4086)).toBe("SWAPSPACE2");
  expect([head.readUInt32LE(1024), head.readUInt32LE(1028)]).toEqual([1, 2047]);
  expect(head.subarray(1036, 1052).toString("hex")).toBe("0102030405060708090a0b0c0d0e0f10");
});
