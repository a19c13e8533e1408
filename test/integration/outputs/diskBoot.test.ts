import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFirmware } from "../../../src/core/machine/firmware/findFirmware.ts";
import { disk } from "../../../src/core/outputs/disk.ts";
import type { BootMedia, FirmwareKind } from "../../../src/core/outputs/output.ts";
import { runMachine } from "./bootOnce.ts";
import { addKernel, busyboxBytes, type CloudKernel, removeKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { type Add, type Bench, type BenchContext, openBench, owned } from "./outputBench.ts";

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

const init = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b echo "words: $($b cat /proc/cmdline)"
$b echo "root: $($b grep ' / ' /proc/mounts)"
$b echo "says: $($b cat /etc/greeting)"
[ -d /sys/firmware/efi ] && $b echo "by UEFI" || $b echo "by BIOS"
$b sync
$b sleep 1
$b poweroff -f
`;

async function system(add: Add): Promise<void> {
  await add(file("bin/busybox", 0o755), { bytes: busybox });
  await add(file("sbin/init", 0o755), { bytes: Buffer.from(init) });
  await add(file("etc/greeting"), { bytes: Buffer.from("hello") });
  for (const path of ["proc", "sys"]) await add({ type: "directory", path, mode: 0o755, ...owned });
}

const drivers = (add: Add) => addKernel(add, kernel, /drivers\/(virtio|block)\//);

async function make(
  given: object,
): Promise<{ context: BenchContext; media(wanted?: FirmwareKind): BootMedia }> {
  const context = bench.context(await bench.tree(system, drivers));
  const resolved = (await disk.resolve?.(given, { ...context, fresh: false })) ?? null;
  const files = await disk.apply(given, context, resolved);
  expect(files.map(({ role }) => role)).toEqual(["image"]);
  const media = (wanted?: FirmwareKind) => {
    const found = disk.boot?.(given, files, wanted);
    if (!found) throw new Error("It cannot be booted.");
    return found;
  };
  return { context, media };
}

/** Boots nothing but the file. */
async function boot(context: BenchContext, { drives, kernel: beside, firmware }: BootMedia): Promise<string> {
  expect(beside).toBeUndefined();
  const [drive] = drives;
  const args = ["-m", "256", "-drive", `file=${drive?.path},format=${drive?.format},if=virtio,snapshot=on`];
  if (firmware !== "uefi") return runMachine(context.host, args);
  const { code, variables } = await findFirmware(context.host, "x86_64");
  return runMachine(context.host, [
    ...["-machine", "q35", ...args],
    ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
    ...["-drive", `if=pflash,unit=1,format=raw,snapshot=on,file=${variables}`],
  ]);
}

// An emulator on a busy computer can be too slow for the kernel's test of its timer.
const cmdline = 'console=ttyS0 quiet panic=-1 no_timer_check greet="two words"';

describe("a disk that boots by itself", () => {
  it.each([
    [{ firmware: "bios" }, ["bios"]],
    [{ firmware: "bios", bootloader: "syslinux", partitions: "gpt", format: "qcow2", swap: "8M" }, ["bios"]],
    [{ firmware: "bios", bootloader: "syslinux", format: "vdi" }, ["bios"]],
    [{ firmware: "both", format: "vmdk", compress: true }, ["bios", "uefi"]],
    [{ firmware: "both", partitions: "mbr", bootloader: "systemd-boot", format: "vhdx" }, ["uefi"]],
    [{ firmware: "uefi", bootloader: "uki" }, ["uefi"]],
  ] as const)("%j", async (given, firmware) => {
    const { context, media } = await make({ ...given, cmdline });
    for (const each of firmware) {
      const said = await boot(context, media(each));
      expect(said).toContain("says: hello");
      expect(said).toMatch(/root: \/dev\/vda\d \/ ext4 rw/);
      expect(said).toMatch(
        /words: .*root=PARTUUID=\S+ rootfstype=ext4 rootwait rw console=ttyS0 quiet panic=-1 no_timer_check "?greet="?two words"/,
      );
      expect(said).toContain(each === "uefi" ? "by UEFI" : "by BIOS");
    }
  });
});
