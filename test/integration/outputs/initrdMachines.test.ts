import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disk } from "../../../src/core/outputs/disk.ts";
import { runMachine } from "./bootOnce.ts";
import { addKernel, busyboxBytes, type CloudKernel, removeKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { type Add, type Bench, type BenchContext, openBench, owned } from "./outputBench.ts";

let bench: Bench;
let kernel: CloudKernel;
let context: BenchContext;
let image: string;
beforeAll(async () => {
  bench = await openBench();
  const { host } = bench.context(await bench.tree());
  kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"), "linux-image-amd64");
  const busybox = await busyboxBytes(host);
  const system = async (add: Add): Promise<void> => {
    await add(file("bin/busybox", 0o755), { bytes: busybox });
    await add(file("sbin/init", 0o755), { bytes: Buffer.from(init) });
    for (const path of ["proc", "sys"]) await add({ type: "directory", path, mode: 0o755, ...owned });
  };
  const drivers = (add: Add) => addKernel(add, kernel, forDisks);
  context = bench.context(await bench.tree(system, drivers));
  const cmdline = "console=ttyS0 quiet panic=-1 no_timer_check";
  // The size of an SD card is a power of two.
  const given = { firmware: "bios", cmdline, size: "128M" };
  const resolved = (await disk.resolve?.(given, { ...context, fresh: false })) ?? null;
  const [made] = await disk.apply(given, context, resolved);
  if (!made) throw new Error("There is no disk.");
  image = made.path;
});
afterAll(async () => {
  await removeKernel(kernel);
  await bench.close();
});

const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;
const forDisks =
  /drivers\/(virtio|block|ata|nvme|scsi|usb|mmc|misc\/cardreader|hv|message|xen)\/|fs\/(ext4|jbd2)\/|fs\/mbcache|lib\/|crypto\/|block\/|drivers\/pci\//;

const init = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b echo "root: $($b grep ' / ' /proc/mounts) after $($b cat /proc/uptime)"
$b echo "modules: $($b cut -d ' ' -f 1 /proc/modules | $b tr '\\n' ' ')"
$b sync
$b poweroff -f
`;

const ways = [
  ["virtio-blk", "vda", "pc", ["virtio-blk-pci,drive=d"]],
  ["virtio-scsi", "sda", "pc", ["virtio-scsi-pci", "scsi-hd,drive=d"]],
  ["SATA (AHCI)", "sda", "q35", ["ide-hd,drive=d"]],
  ["IDE", "sda", "pc", ["ide-hd,drive=d"]],
  ["NVMe", "nvme0n1p", "q35", ["nvme,drive=d,serial=1"]],
  ["a USB stick (xHCI)", "sda", "q35", ["qemu-xhci", "usb-storage,drive=d,removable=on"]],
  ["VMware's SCSI", "sda", "pc", ["pvscsi", "scsi-hd,drive=d"]],
  ["an SD card", "mmcblk0p", "q35", ["sdhci-pci", "sd-card,drive=d"]],
] as const;

describe("one file of a disk finds its root", () => {
  it.each(ways)("on %s", async (_medium, device, machine, devices) => {
    const drive = ["-drive", `if=none,id=d,file=${image},format=raw,snapshot=on`];
    const args = ["-m", "256", "-machine", machine, ...drive, ...devices.flatMap(each => ["-device", each])];
    const said = await runMachine(context.host, args);
    expect(said).toMatch(new RegExp(`root: /dev/${device}\\d / ext4 rw`));
  });
});
