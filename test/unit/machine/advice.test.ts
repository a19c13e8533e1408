import { expect, test } from "vitest";
import { machineSpecOf } from "../../../src/core/machine/bootSpec.ts";
import { panicAdvice } from "../../../src/core/machine/panicAdvice.ts";
import { qemuFailure } from "../../../src/core/machine/qemuFailure.ts";
import { untilReady } from "../../../src/core/machine/untilReady.ts";
import type { LoadedRecipe } from "../../../src/core/recipe/loaded.ts";

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
  ["Kernel panic - not syncing: IO-APIC + timer doesn't work!", /no_timer_check/],
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

test.each([
  ["error: out of memory.\nerror: you need to load the kernel first.\ngrub rescue>", /raise `boot.memory`/],
  ["error: no such device: root\ngrub rescue> ", /what it missed/],
  ["starting", /correct what is waited for/],
  ["", /console stayed silent/],
])("a machine that only says %j in time gets advice that fits", async (tail, advice) => {
  const machine = {
    spec: machineSpecOf(recipe, media),
    state: { kind: "running" } as const,
    startedAt: new Date(),
    onState: () => () => {},
    ended: new Promise<never>(() => {}),
  };
  const { signal } = new AbortController();
  const ready = untilReady(machine, () => tail, { timeoutSeconds: 0.01, signal });
  await expect(ready).rejects.toMatchObject({ code: "boot-timeout", advice: expect.stringMatching(advice) });
});

test("an initramfs that does not fit into the machine asks for more memory", () => {
  const stderr = "qemu: initrd is too large, cannot support.(max: 66945023, need 209715200)\n";
  expect(qemuFailure({ ...exit, stderr }, false).advice).toContain("--memory");
});
