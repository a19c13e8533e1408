import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disk } from "../../../src/core/outputs/disk.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { addKernel, type CloudKernel, removeKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { type Add, type Bench, failureOf, openBench, owned, sha256Of } from "./outputBench.ts";

const run = promisify(execFile);
let bench: Bench;
let kernel: CloudKernel;
let tree: Tree;
beforeAll(async () => {
  bench = await openBench();
  const { host } = bench.context(await bench.tree());
  kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"));
  tree = await bench.tree(system, drivers);
});
afterAll(async () => {
  await removeKernel(kernel);
  await bench.close();
});

const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;
const system = (add: Add) => add(file("sbin/init", 0o755), { bytes: Buffer.from("#!/bin/sh\n") });
const drivers = (add: Add) => addKernel(add, kernel, /drivers\/(virtio|block)\//);

async function make(given: object, from = tree, within = bench): Promise<string> {
  const context = within.context(from);
  const resolved = (await disk.resolve?.(given, { ...context, fresh: false })) ?? null;
  const [image] = await disk.apply(given, context, resolved);
  if (!image) throw new Error("There is no image.");
  return image.path;
}

interface Found {
  readonly start: number;
  readonly size: number;
  readonly type: string;
  readonly uuid: string;
  readonly name?: string;
}

async function partitionsOf(path: string): Promise<readonly Found[]> {
  const { stdout: verdict } = await run("/usr/sbin/sfdisk", ["--verify", path]);
  expect(verdict).toContain("No errors detected");
  const { stdout } = await run("/usr/sbin/sfdisk", ["--json", path]);
  return (JSON.parse(stdout) as { partitiontable: { partitions: Found[] } }).partitiontable.partitions;
}

/** A partition as a file of its own. */
async function takeOut(path: string, { start, size }: Found): Promise<string> {
  const out = join(await bench.context(tree).scratch(), "partition");
  await run("dd", [`if=${path}`, `of=${out}`, "bs=512", `skip=${start}`, `count=${size}`, "conv=sparse"]);
  return out;
}

describe("a disk with partitions", () => {
  it("has a clean table, a clean FAT and a clean ext4, in that order (GPT)", async () => {
    const path = await make({ firmware: "both", swap: "8M" });
    const found = await partitionsOf(path);
    expect(found.map(({ name }) => name)).toEqual(["bios-boot", "efi", "swap", "root"]);
    const [, efi, swap, root] = found;
    if (!efi || !swap || !root) throw new Error("A partition is missing.");
    for (const { start } of [efi, swap, root]) expect(start % 2048).toBe(0);
    await run("/usr/sbin/fsck.fat", ["-n", await takeOut(path, efi)]);
    const { stdout } = await run("/usr/sbin/e2fsck", ["-fn", await takeOut(path, root)]);
    expect(stdout).not.toMatch(/\? no$/m);
    const { stdout: swapped } = await run("/usr/sbin/blkid", ["-p", await takeOut(path, swap)]);
    expect(swapped).toContain('TYPE="swap"');
  });

  it("has them in an MBR as well, by the disk's signature", async () => {
    const path = await make({ firmware: "bios", bootloader: "syslinux" });
    const found = await partitionsOf(path);
    expect(found.map(({ type }) => type)).toEqual(["c", "83"]);
    const [boot] = found;
    if (!boot) throw new Error("A partition is missing.");
    const { stdout } = await run("/usr/sbin/fsck.fat", ["-n", "-l", await takeOut(path, boot)]);
    for (const name of ["LDLINUX.SYS", "LDLINUX.C32", "VMLINUZ", "INITRD.IMG", "SYSLINUX.CFG"]) {
      expect(stdout.toUpperCase()).toContain(name);
    }
  });

  it("is smallest with GRUB, which needs no second copy of the kernel", async () => {
    const [auto, syslinux, uki] = await Promise.all([
      make({ firmware: "bios" }).then(stat),
      make({ firmware: "bios", bootloader: "syslinux" }).then(stat),
      make({ firmware: "uefi", bootloader: "uki" }).then(stat),
    ]);
    expect(auto.size).toBeLessThan(syslinux.size);
    expect((await stat(await make({ firmware: "uefi" }))).size).toBeLessThan(uki.size);
  });

  it("is as large as size says, all in all, or says the smallest that would do", async () => {
    expect((await stat(await make({ firmware: "both", size: "128M" }))).size).toBe(128 * 2 ** 20);
    const failure = await failureOf(make({ firmware: "both", size: "16M" }));
    expect(failure).toMatchObject({ code: "disk-too-small", range: { file: "size" } });
    const least = /smallest that would do is (\S+?)\./.exec(failure.message)?.[1];
    const { size } = await stat(await make({ firmware: "both", size: least }));
    expect(size).toBeGreaterThan(16 * 2 ** 20);
  });

  it("is booted with its kernel beside it where no firmware is asked for", async () => {
    const given = { partitions: "gpt", swap: "8M" };
    const context = bench.context(tree);
    const files = await disk.apply(given, context, null);
    expect(files.map(({ role }) => role)).toEqual(["image", "kernel", "initrd"]);
    const [, root] = await partitionsOf(files[0]?.path ?? "");
    const media = disk.boot?.(given, files);
    expect(media?.cmdline).toContain(`root=PARTUUID=${root?.uuid.toLowerCase()}`);
  });
});

describe("each format", () => {
  it.each([
    [{ format: "qcow2", compress: "zlib" }],
    [{ format: "qcow2", compress: "zstd" }],
    [{ format: "vmdk" }],
    [{ format: "vmdk", compress: true }],
    [{ format: "vdi" }],
    [{ format: "vhdx" }],
  ] as const)("%j has the disk's bytes, and its own are the same each time", async given => {
    const small = (within: Bench) =>
      within.tree(system, add => add(file("data"), { bytes: Buffer.alloc(3e6, 7) }));
    const path = await make(given, await small(bench));
    const raw = await make({}, await small(bench));
    const compared = await run("qemu-img", ["compare", "-f", given.format, "-F", "raw", path, raw]);
    expect(compared.stdout).toContain("identical");
    // Of the stream-optimized kind QEMU checks nothing; it says so with exit code 63.
    if (!("compress" in given && given.format === "vmdk")) {
      await run("qemu-img", ["check", "-f", given.format, path]);
    }
    const other = await openBench();
    try {
      expect(await sha256Of(await make(given, await small(other), other))).toBe(await sha256Of(path));
    } finally {
      await other.close();
    }
  });
});

describe("an older file system", () => {
  it.each(["ext3", "ext2"])(
    "%s is clean, has its own features alone, and is the same each time",
    async filesystem => {
      const from = await bench.tree(system, add => add(file("data"), { bytes: Buffer.alloc(9e6, 7) }));
      const path = await make({ filesystem }, from);
      const { stdout } = await run("/usr/sbin/e2fsck", ["-fn", path]);
      expect(stdout).not.toMatch(/\? no$/m);
      const { stdout: about } = await run("/usr/sbin/dumpe2fs", ["-h", path]);
      const features = /^Filesystem features: +(.*)$/m.exec(about)?.[1]?.split(" ");
      expect(features).not.toContain("extent");
      expect(features?.includes("has_journal")).toBe(filesystem === "ext3");
      expect(await sha256Of(await make({ filesystem }, from))).toBe(await sha256Of(path));
    },
  );
});

describe("what cannot be", () => {
  it.each([
    [{ firmware: "uefi", bootloader: "syslinux" }, "disk-bootloader", "bootloader"],
    [{ firmware: "bios", bootloader: "uki" }, "disk-bootloader", "bootloader"],
    [{ bootloader: "grub" }, "disk-bootloader", "bootloader"],
    [{ cmdline: "quiet" }, "disk-bootloader", "cmdline"],
    [{ firmware: "bios", partitions: "none" }, "disk-partitions", "partitions"],
    [{ filesystem: "ext2", journal: true }, "disk-journal", "journal"],
    [{ filesystem: "ext3", journal: false }, "disk-journal", "journal"],
    [{ format: "vdi", compress: true }, "disk-compress", "compress"],
    [{ format: "vmdk", compress: "zstd" }, "disk-compress", "compress"],
  ] as const)("%j", async (given, code, at) => {
    const failure = await failureOf(make(given));
    expect(failure).toMatchObject({ code, range: { file: at } });
    expect(failure.advice).toBeDefined();
  });

  it("is a disk without a kernel, or with one that UEFI cannot start", async () => {
    const none = await bench.tree(system);
    expect(await failureOf(make({ firmware: "bios" }, none))).toMatchObject({
      ...{ code: "no-kernel", range: { file: "firmware" } },
    });
    const bios = Buffer.alloc(4096);
    bios.writeUInt16LE(0xaa55, 0x1fe);
    bios.write("HdrS", 0x202, "latin1");
    const old = await bench.tree(system, add => add(file("boot/vmlinuz-1.0"), { bytes: bios }));
    expect(await failureOf(make({ firmware: "both" }, old))).toMatchObject({
      ...{ code: "kernel-without-efi", range: { file: "firmware" } },
    });
  });

  it("is a BIOS on another processor, or firmware that the disk was not made for", async () => {
    const context = { ...bench.context(tree), arch: "aarch64" as const };
    expect(await failureOf(disk.apply({ firmware: "both" }, context, null))).toMatchObject({
      ...{ code: "disk-firmware", range: { file: "firmware" } },
    });
    const image = { role: "image", fileName: "a", path: "/a" } as const;
    expect(() => disk.boot?.({ firmware: "bios" }, [image], "uefi")).toThrow("The disk is made for bios");
  });
});
