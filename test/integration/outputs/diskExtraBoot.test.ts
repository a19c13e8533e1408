import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { disk } from "../../../src/core/outputs/disk.ts";
import { bootDisk } from "./bootDisk.ts";
import { addKernel, busyboxBytes, type CloudKernel, removeKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { type Add, type Bench, openBench, owned } from "./outputBench.ts";

let bench: Bench;
let kernel: CloudKernel;
let busybox: Buffer;
beforeAll(async () => {
  bench = await openBench();
  const { host } = bench.context(await bench.tree());
  kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"));
  busybox = await busyboxBytes(host);
});
afterAll(async () => {
  await removeKernel(kernel);
  await bench.close();
});

const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;

// mount -a reads the /etc/fstab that Whittle wrote; the kernel of a distribution has file systems as modules.
const init = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev
for each in fat vfat nls_cp437 nls_ascii crc32c_generic btrfs; do $b modprobe $each; done
$b mount -a
$b swapon -a
$b echo "root: $($b grep ' / ' /proc/mounts)"
for each in /home /mnt /srv/data; do $b echo "mounted: $($b grep " $each " /proc/mounts)"; done
$b echo "swap: $($b tail -n 1 /proc/swaps)"
$b echo "notes: $($b stat -c '%u %a' /home/notes) $($b cat /home/notes)"
$b echo "stick: $($b cat /mnt/for.all)"
$b echo kept > /srv/data/new && $b echo "data: $($b cat /srv/data/new)"
$b echo "found: $($b findfs LABEL=home)"
$b poweroff -f
`;

async function system(add: Add): Promise<void> {
  await add(file("bin/busybox", 0o755), { bytes: busybox });
  await add(file("sbin/init", 0o755), { bytes: Buffer.from(init) });
  for (const path of ["proc", "sys", "dev"]) {
    await add({ type: "directory", path, mode: 0o755, ...owned });
  }
  await add({ ...file("home/notes", 0o640), uid: 1000 }, { bytes: Buffer.from("mine") });
  await add(file("stick/for.all"), { bytes: Buffer.from("all") });
}

const modules =
  /drivers\/(virtio|block)\/|fs\/(btrfs|squashfs|overlayfs|ext4|jbd2|mbcache|fat|nls)|lib\/|crypto\//;

it("boots a root that stays as it is, and mounts its partitions by the disk's /etc/fstab", async () => {
  const context = bench.context(await bench.tree(system, add => addKernel(add, kernel, modules)));
  const given = {
    ...{ firmware: "bios", partitions: "gpt", filesystem: "squashfs", drivers: "virtio", swap: "4M" },
    extra: [
      { label: "home", from: "/home", free: "1M" },
      { label: "STICK", from: "/stick", mount: "/mnt", filesystem: "vfat" },
      // BusyBox looks for the second superblock as well, which lies at 64 MiB.
      { label: "data", mount: "/srv/data", filesystem: "btrfs", size: "80M" },
    ],
    cmdline: "console=ttyS0 quiet panic=-1 no_timer_check",
  };
  const resolved = (await disk.resolve?.(given, { ...context, fresh: false })) ?? null;
  const files = await disk.apply(given, context, resolved);
  const media = disk.boot?.(given, files);
  if (!media) throw new Error("It cannot be booted.");
  const said = await bootDisk(context, media);
  expect(said).toMatch(/root: overlay \/ overlay rw/);
  expect(said).toMatch(/mounted: \/dev\/vda\d \/home ext4 rw/);
  expect(said).toMatch(/mounted: \/dev\/vda\d \/mnt vfat rw/);
  expect(said).toMatch(/mounted: \/dev\/vda\d \/srv\/data btrfs rw/);
  expect(said).toMatch(/swap: \/dev\/vda\d\s+partition/);
  expect(said).toContain("notes: 1000 640 mine");
  expect(said).toContain("stick: all");
  expect(said).toContain("data: kept");
  expect(said).toMatch(/found: \/dev\/vda\d/);
});
