import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bootSector } from "../../../src/core/machine/acceleratorGuest.ts";
import { machineSpecOf, machineSpecOfImage } from "../../../src/core/machine/bootSpec.ts";
import { panicAdvice } from "../../../src/core/machine/panicAdvice.ts";
import { qemuFailure } from "../../../src/core/machine/qemuFailure.ts";
import type { LoadedRecipe } from "../../../src/core/recipe/loaded.ts";

const folder = mkdtempSync(join(tmpdir(), "wt-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["VFS: Unable to mount root fs on unknown-block(0,0)", /driver for virtio disks/],
  ["No working init found.  Try passing init= option to kernel.", /\/sbin\/init/],
  ["Requested init /sbin/init failed (error -2).", /\/sbin\/init/],
  ["Initramfs unpacking failed: write error\nVFS: Unable to mount root fs", /raise `boot.memory`/],
  [
    "Out of memory: Killed process 1 (init)\nAttempted to kill init! exitcode=0x00000009",
    /raise `boot.memory`/,
  ],
  ["System is deadlocked on memory", /raise `boot.memory`/],
  ["Initramfs unpacking failed: compression method zstd not configured", /another `compress`/],
  ["Attempted to kill init! exitcode=0x0000000b", /crashed/],
  ["Attempted to kill init! exitcode=0x00000100", /has to run/],
  ["Fatal exception in interrupt", /log file/],
])("after %j the advice fits", (tail, advice) => {
  expect(panicAdvice(tail)).toMatch(advice);
});

const exit = { code: 1, signal: undefined, asked: false };

test("QEMU's words are shown without its warnings", () => {
  const stderr =
    "qemu-system-x86_64: warning: TCG doesn't support requested feature\nqemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory\n";
  expect(qemuFailure({ ...exit, stderr }, false)).toMatchObject({
    code: "qemu-start-failed",
    message:
      "QEMU did not start (it ended with exit code 1): cannot set up guest memory 'pc.ram': Cannot allocate memory",
    advice: expect.stringContaining("lower `boot.memory`"),
  });
});

const recipe = {
  file: "/project/boots.whittle.yaml",
  name: "boots",
  arch: "x86_64",
  boot: {
    output: "initramfs",
    memory: "1.5G",
    cpus: 2,
    cmdline: "quiet",
    network: "none",
    forward: [],
    ready: "login:",
    timeout: 120,
    accelerator: "tcg",
  },
} as unknown as LoadedRecipe;
const media = { kernel: "/k", drives: [], cmdline: [] };

test("a recipe's machine is what `boot` says", () => {
  expect(machineSpecOf(recipe, media)).toEqual({
    name: "boots",
    arch: "x86_64",
    media,
    memory: 1536,
    cpus: 2,
    cmdline: "quiet",
    network: "none",
    forward: [],
    ready: "login:",
    accelerator: "tcg",
    logFile: "/project/out/boots/console.log",
  });
});

test("what a person asks for wins over the recipe; `auto` asks for nothing", () => {
  const changed = machineSpecOf(recipe, media, { memory: "100K", ready: "up", accelerator: "auto" });
  expect(changed).toMatchObject({ memory: 1, ready: "up", accelerator: "tcg" });
  expect(() => machineSpecOf(recipe, media, { memory: "much" })).toThrow("not a size");
});

test("disk images are told apart by their first bytes", () => {
  const file = (name: string, content: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const raw = file("disk.img", bootSector());
  expect(machineSpecOfImage(raw)).toMatchObject({
    name: "disk",
    media: { drives: [{ path: raw, format: "raw" }], firmware: "bios" },
    memory: 256,
    logFile: `${raw}.console.log`,
  });
  const qcow2 = file("disk.qcow2", Buffer.from("QFI\xfb rest", "latin1"));
  expect(machineSpecOfImage(qcow2).media.drives).toEqual([{ path: qcow2, format: "qcow2" }]);
  for (const [format, head] of [
    ["vmdk", "KDMV"],
    ["vhdx", "vhdxfile"],
    ["vdi", `${"\0".repeat(64)}\x7f\x10\xda\xbe`],
  ]) {
    const path = file(`disk.${format}`, Buffer.from(head ?? "", "latin1"));
    expect(machineSpecOfImage(path).media).toMatchObject({ drives: [{ path, format }], firmware: "bios" });
  }
  const iso = file("a.iso", Buffer.concat([Buffer.alloc(32769), Buffer.from("CD001")]));
  expect(machineSpecOfImage(iso).media.drives).toEqual([{ path: iso, format: "raw", as: "cdrom" }]);
  expect(machineSpecOfImage(iso, { firmware: "uefi" }).media.firmware).toBe("uefi");
  expect(() => machineSpecOfImage(file("a.gz", Buffer.from([0x1f, 0x8b, 8])))).toThrow("is a gzip file");
  expect(() => machineSpecOfImage(file("root.img", Buffer.alloc(4096)))).toThrow("no boot sector");
});

test("a disk that only UEFI can start is started by UEFI", () => {
  const disk = Buffer.alloc(4096);
  disk.set([0x55, 0xaa], 510);
  disk[446 + 4] = 0xee;
  disk.write("EFI PART", 512, "latin1");
  disk.writeBigUInt64LE(2n, 512 + 72);
  disk.writeUInt32LE(4, 512 + 80);
  disk.writeUInt32LE(128, 512 + 84);
  disk.set(Buffer.from("28732ac11ff8d211ba4b00a0c93ec93b", "hex"), 1024);
  const path = join(folder, "gpt.img");
  writeFileSync(path, disk);
  expect(machineSpecOfImage(path).media.firmware).toBe("uefi");
  disk[0] = 0xeb;
  writeFileSync(path, disk);
  expect(machineSpecOfImage(path).media.firmware).toBe("bios");
});

test("a unified kernel image is an EFI program with a section for Linux; a bare kernel is none", () => {
  const program = Buffer.alloc(1024);
  program.write("MZ", 0, "latin1");
  program.writeUInt32LE(0x80, 0x3c);
  program.write("PE\0\0", 0x80, "latin1");
  program.writeUInt16LE(1, 0x86);
  program.write(".linux", 0x98, "latin1");
  const path = join(folder, "system.efi");
  writeFileSync(path, program);
  expect(machineSpecOfImage(path).media).toEqual({ kernel: path, drives: [], cmdline: [], firmware: "uefi" });
  program.write(".text\0", 0x98, "latin1");
  program.write("HdrS", 0x202, "latin1");
  writeFileSync(path, program);
  expect(() => machineSpecOfImage(path)).toThrow("a Linux kernel");
});
