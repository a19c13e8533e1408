import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { openToolbox } from "../../../src/core/host/toolbox.ts";
import type { Sandbox } from "../../../src/core/sandbox/sandbox.ts";
import { writeGuestInitramfs } from "../../../src/core/sandbox/vm/guest/guestInitramfs.ts";
import { runGuest } from "../../../src/core/sandbox/vm/guest/runGuest.ts";
import { helperSystem } from "../../../src/core/sandbox/vm/helper/helperSystem.ts";
import { openVm } from "../../../src/core/sandbox/vm/openVm.ts";
import { type Done, never, openVmBench, type VmBench } from "./vmBench.ts";

let bench: VmBench;
let vm: Sandbox;

beforeAll(async () => {
  bench = await openVmBench(["bash", "coreutils", "dash"]);
  vm = await bench.vm();
});
afterAll(() => bench.close());

/** Processes whose command line names this text. */
function processesWith(text: string): string[] {
  return readdirSync("/proc").filter(pid => {
    try {
      return (
        /^\d+$/.test(pid) &&
        Number(pid) !== process.pid &&
        readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text)
      );
    } catch {
      return false;
    }
  });
}

async function untilGone(text: string): Promise<void> {
  while (processesWith(text).length > 0) await sleep(50);
}

it("cancels a command within two seconds and leaves no process", async () => {
  for (const script of ["sleep 1000", "while :; do :; done", "trap '' TERM INT; echo up; sleep 1000"]) {
    const cancel = new AbortController();
    const running = bench.run(vm, `echo up; ${script}`, {
      signal: cancel.signal,
      onLine: () => cancel.abort(new Error("enough")),
    });
    let asked = 0;
    cancel.signal.addEventListener("abort", () => {
      asked = performance.now();
    });
    await expect(running).rejects.toThrow("enough");
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(processesWith(bench.folder)).toEqual([]);
  }
});

it("ends what runs for ever after the time it was given", async () => {
  const { outcome } = await bench.run(vm, "sleep 1000", { timeoutSeconds: 1 });
  expect(outcome.timedOut).toBe(true);
});

it("contains a fork bomb, and ends what it leaves behind", async () => {
  const bomb = "bomb() { bomb | bomb & }; bomb; sleep 3; echo over";
  const more = { command: ["/bin/bash", "-c", bomb], timeoutSeconds: 10 };
  const ended = await bench.run(vm, bomb, more).catch((error: unknown) => error);
  // What ends it first differs: the limit of processes, of memory or of time.
  expect(ended).toSatisfy(
    each => (each instanceof Failure && each.code === "vm-memory") || (each as Done).outcome !== undefined,
  );
  const after = await bench.run(vm, "sleep 1000 & echo started > /etc/started");
  expect(after.outcome.exitCode).toBe(0);
});

it("names a full disk", async () => {
  const small = await bench.vm({ room: 64 * 1024 * 1024 });
  for (const place of ["/var/big", "/tmp/big"]) {
    await expect(bench.run(small, `head -c 200M /dev/zero | tr '\\0' x > ${place}`)).rejects.toMatchObject({
      code: "vm-disk-full",
      message: expect.stringContaining("No space left on device"),
    });
  }
});

it("names a lack of memory", async () => {
  const small = await bench.vm({ memory: 256 });
  await expect(bench.run(small, "head -c 2G /dev/zero | tail | wc -c")).rejects.toMatchObject({
    code: "vm-memory",
  });
});

it("names a kernel that panics, is silent, or ends early", async () => {
  const helper = await helperSystem(bench.host, { arch: bench.host.arch, signal: never });
  const guest = async (main: string, bootSeconds?: number): Promise<void> => {
    const scratch = await mkdtemp(join(bench.folder, "guest-"));
    const initramfs = join(scratch, "initramfs");
    await writeGuestInitramfs(initramfs, [helper.boot], { main }, never);
    const order = {
      host: bench.host,
      arch: bench.host.arch,
      signal: never,
      kernel: helper.kernel,
      initramfs,
    };
    const rest = { drives: [], memory: 256, cpus: 1, network: false, scratch, bootSeconds };
    return runGuest(
      { ...order, ...rest },
      {
        onStatus: () => {},
        read: async each => void ["out", "err", "data"].map(name => each.port(name as "out").resume()),
      },
    );
  };
  await expect(guest("echo c > /proc/sysrq-trigger")).rejects.toMatchObject({
    code: "vm-panic",
    message: expect.stringContaining("sysrq triggered crash"),
  });
  await expect(guest("sleep 100", 0.2)).rejects.toMatchObject({ code: "vm-silent" });
  await expect(guest("poweroff -f; sleep 10")).rejects.toMatchObject({ code: "vm-ended" });
  await expect(guest("disk nothing; sleep 10")).rejects.toMatchObject({ code: "vm-broken" });
  await expect(guest("say done", undefined)).resolves.toBeUndefined();
});

it("starts again when QEMU crashes before its guest is up, but not for ever", async () => {
  const tool = `qemu-system-${bench.host.arch}` as const;
  const wrapper = join(bench.folder, "qemu");
  const flag = join(bench.folder, "crashed");
  const crash = (when: string) => `#!/bin/sh
case $* in *guest=whittle-helper*) ${when} { echo >> ${flag}; kill -SEGV $$; } ;; esac
exec ${bench.host.tools.require(tool)} "$@"
`;
  await writeFile(wrapper, crash(`[ -e ${flag} ] ||`), { mode: 0o755 });
  const host = openHost({
    env: { WHITTLE_CACHE: bench.host.cacheDir, PATH: process.env["PATH"] },
    toolOverrides: { [tool]: wrapper },
  });
  const crashing = await openVm(host, { signal: never, reason: "the test wants it" });
  expect((await bench.run(crashing, "echo fine")).stdout).toBe("fine\n");
  expect(await readFile(flag, "utf8")).toBe("\n");
  await writeFile(wrapper, crash("true &&"), { mode: 0o755 });
  await expect(bench.run(crashing, "echo fine")).rejects.toMatchObject({
    code: "vm-qemu-failed",
    message: expect.stringContaining("SIGSEGV"),
  });
});

it("says which program is missing, and how to get it", async () => {
  const host = { ...bench.host, tools: { ...openToolbox({}), find: () => undefined } };
  const none = {
    ...host,
    tools: openToolbox({ PATH: "" }, { [`qemu-system-${host.arch}`]: "/nowhere/qemu" }),
  };
  await expect(openVm(none, { signal: never, reason: "the test wants it" })).rejects.toMatchObject({
    code: "tool-missing",
  });
});

const script = fileURLToPath(new URL("vmProcess.ts", import.meta.url));

interface Said {
  readonly line?: string;
  readonly code?: string;
  readonly message?: string;
  readonly outcome?: unknown;
}

function listen(child: ChildProcess, onSaid: (said: Said) => void): Promise<void> {
  if (!child.stdout) throw new Error("The process has no output.");
  createInterface({ input: child.stdout }).on("line", line => onSaid(JSON.parse(line) as Said));
  return new Promise(resolve => child.once("close", () => resolve()));
}

it("leaves nothing running when it is killed", async () => {
  const scratch = await mkdtemp(join(bench.folder, "killed-"));
  const args = [script, bench.host.cacheDir, scratch, "echo up; sleep 1000"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await listen(child, () => {
    expect(processesWith(scratch).length).toBeGreaterThan(1);
    child.kill("SIGKILL");
  });
  await untilGone(scratch);
  expect(await readdir(scratch)).not.toEqual([]);
});

it.each([
  // Slowly: a disk this small would be full between two looks at it.
  ["ends a command before it fills the host's disk, and names it", 1, [], "sandbox-disk-space"],
  ["names the host's disk when that is full", 0, ["0"], "disk-full"],
])("%s", async (_what, pause, free, code) => {
  const scratch = await mkdtemp(join(bench.folder, "full-"));
  const node = [process.execPath, script, bench.host.cacheDir, scratch];
  const busy = `for each in $(seq 75); do head -c 4m /dev/urandom >> /big; sync; sleep ${pause}; done; echo never`;
  const inside = 'mount -t tmpfs -o size=48m tmpfs "$3"; exec "$0" "$@"';
  const args = ["--user", "--map-root-user", "--mount", "sh", "-c", inside, ...node, busy, ...free];
  const { stdout } = await promisify(execFile)("unshare", args);
  expect(JSON.parse(stdout)).toMatchObject({
    code,
    message: expect.stringContaining(scratch),
  });
});
