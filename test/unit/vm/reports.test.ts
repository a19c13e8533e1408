import { expect, test } from "vitest";
import { guestFailure } from "../../../src/core/sandbox/vm/guest/guestFailures.ts";
import { TaskReport } from "../../../src/core/sandbox/vm/task/taskReport.ts";
import { noPartition } from "../../../src/core/stages/archive/diskImage/partitionFailures.ts";
import { PartitionReport } from "../../../src/core/stages/archive/diskImage/partitionReport.ts";

function task(...lines: readonly string[]): TaskReport {
  const report = new TaskReport();
  for (const line of lines) report.take(line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1));
  return report;
}

test("a command's failure is its own, unless the guest had no room or memory for it", () => {
  const room = "room 1000 4096 500 1000 4096 500";
  expect(task(room, "killed 0", "exit 0", "captured 0").failure("")).toBeUndefined();
  expect(task(room, "killed 0", "exit 1").failure("no such thing")).toBeUndefined();
  expect(task(room, "killed 0", "exit 1").failure("tar: No space left on device")?.code).toBe("vm-disk-full");
  expect(task("room 3 4096 500 1000 4096 500", "killed 0", "exit 1").failure("")?.code).toBe("vm-disk-full");
  expect(
    task("room 3 4096 500 1000 4096 500", "killed 0", "exit 0", "captured 0").failure(""),
  ).toBeUndefined();
  expect(task(room, "killed 2", "exit 0", "captured 0").failure("")?.code).toBe("vm-memory");
  expect(task(room, "killed 0", "exit 0", "captured 2").failure("tar: lost")?.code).toBe("capture-broken");
});

test("why a guest ended is told from its console and from QEMU", () => {
  const quiet = { code: 0, signal: undefined, stderr: "" };
  const panic = "[    1.2] Kernel panic - not syncing: Fatal exception\r\n";
  expect(guestFailure(quiet, panic, true)).toMatchObject({
    code: "vm-panic",
    message: expect.stringContaining("Fatal exception"),
  });
  const memory = "[ 1.2] Kernel panic - not syncing: System is deadlocked on memory\r\n";
  expect(guestFailure(quiet, memory, false).code).toBe("vm-memory");
  expect(guestFailure(quiet, "whittle: the module ext4.ko cannot be loaded\r\n", false)).toMatchObject({
    code: "vm-broken",
    message: expect.stringContaining("the module ext4.ko"),
  });
  const refused = { code: 1, signal: undefined, stderr: 'qemu-system-x86_64: Failed to get "write" lock\n' };
  expect(guestFailure(refused, "", false)).toMatchObject({
    code: "vm-qemu-failed",
    advice: expect.stringContaining("Another program uses the disk image"),
  });
  expect(guestFailure(quiet, "", true).code).toBe("vm-ended");
});

test("the partitions of a disk are told as the guest found them", () => {
  const report = new PartitionReport();
  report.take("part", "1 vfat 1048576");
  report.take("looks", "1 other 5");
  report.take("part", "2 ext4 2097152");
  report.take("looks", "2 root 500");
  report.take("part", "3 f2fs 2097152");
  report.take("unmounted", "3 f2fs driver mount: unknown");
  report.take("part", "4 crypto_LUKS 2097152");
  report.take("chosen", "2 ext4");
  expect(report.choice(undefined)).toBe(
    "Reading partition 2 (ext4, 2.0 MiB): it looks like a system's root; left out: partition 1 (vfat, 1.0 MiB)",
  );
  expect(report.choice(2)).toBe("Reading partition 2 (ext4, 2.0 MiB)");
  expect(noPartition(report, 3).message).toContain("the helper VM's kernel has no driver for f2fs");
  expect(noPartition(report, 4).message).toContain("is encrypted (LUKS)");
  expect(noPartition(report, 9).message).toContain("has no partition 9");
});
