import { afterAll, beforeAll, expect, it } from "vitest";
import { disk } from "../../../src/core/outputs/disk.ts";
import { bootDisk } from "./bootDisk.ts";
import { removeKernel } from "./cloudKernel.ts";
import { type Bench, openBench } from "./outputBench.ts";
import { expectTree } from "./readOnlyBoot.ts";
import { type ReadOnlySystem, readOnlySystem } from "./readOnlySystem.ts";

let bench: Bench;
let system: ReadOnlySystem;
beforeAll(async () => {
  bench = await openBench();
  system = await readOnlySystem(bench, bench.context(await bench.tree()).host);
});
afterAll(async () => {
  await removeKernel(system.kernel);
  await bench.close();
});

const drivers =
  /drivers\/(virtio|block)\/|fs\/(btrfs|squashfs|erofs|overlayfs|ext4|jbd2|mbcache)|lib\/|crypto\//;
// An emulator on a busy computer can be too slow for the kernel's test of its timer.
const cmdline = "console=ttyS0 quiet panic=-1 no_timer_check";

it.each([
  [{ filesystem: "btrfs", firmware: "both" }, "bios", /root: \/dev\/vda\d \/ btrfs rw/],
  [{ filesystem: "btrfs", firmware: "both", partitions: "mbr" }, "uefi", /root: \/dev\/vda\d \/ btrfs rw/],
  [{ filesystem: "squashfs", firmware: "bios" }, "bios", /root: overlay \/ overlay rw/],
  [
    { filesystem: "erofs", firmware: "uefi", format: "qcow2", compress: true },
    "uefi",
    /root: overlay \/ overlay rw/,
  ],
  [{ overlay: true, firmware: "bios" }, "bios", /root: overlay \/ overlay rw/],
] as const)("%j boots by %s with all of the tree, and can be written to", async (given, firmware, root) => {
  const tree = await system.tree(drivers);
  const context = bench.context(tree);
  const asked = { ...given, cmdline, drivers: "virtio" };
  const resolved = (await disk.resolve?.(asked, { ...context, fresh: false })) ?? null;
  const files = await disk.apply(asked, context, resolved);
  const media = disk.boot?.(asked, files, firmware);
  if (!media) throw new Error("It cannot be booted.");
  const said = await bootDisk(context, media);
  await expectTree(said, tree);
  expect(said).toMatch(root);
  expect(said).toContain("now: changed");
});
