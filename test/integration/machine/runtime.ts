import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect } from "vitest";
import type { Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { Machine } from "../../../src/core/machine/machine.ts";

export const guard = new URL("../../../src/core/machine/guard/main.ts", import.meta.url).pathname;
export const signal = new AbortController().signal;

const folders: string[] = [];
const machines: Machine[] = [];

afterEach(async () => {
  await Promise.allSettled(machines.splice(0).map(each => each.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Stops it after the test. */
export function kept(machine: Machine): Machine {
  machines.push(machine);
  return machine;
}

/** A folder for one test and a host whose machines lie in it. */
export function place(): { folder: string; runtime: string; scratch: string; host: Host } {
  const folder = mkdtempSync(join(tmpdir(), "wt-"));
  folders.push(folder);
  const runtime = join(folder, "run");
  mkdirSync(runtime, { mode: 0o700 });
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  chmodSync(scratch, 0o777);
  const env = {
    ...process.env,
    XDG_RUNTIME_DIR: runtime,
    TMPDIR: scratch,
    WHITTLE_CACHE: join(folder, "cache"),
  };
  return { folder, runtime, scratch, host: openHost({ env }) };
}

/** Collects what a machine says, beginning with what it has said. */
export function listen(machine: Machine): { text(): string; until(text: string): Promise<void> } {
  const chunks = [Buffer.from(machine.console.history().bytes)];
  machine.console.onData(bytes => void chunks.push(Buffer.from(bytes)));
  const text = (): string => Buffer.concat(chunks).toString("latin1");
  return { text, until: wanted => eventually(() => expect(text()).toContain(wanted), 20_000) };
}

export const keys = (text: string): Uint8Array => Buffer.from(text);

/** Repeats `check` until it does not throw. */
export async function eventually(check: () => void, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return check();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(10);
    }
  }
}

/** Whether a process runs; one that only waits to be reaped does not. */
export function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** The processes whose command line names `path`: QEMU with its sockets there. */
export function processesNaming(path: string): number[] {
  return readdirSync("/proc")
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => commandLine(pid).includes(path));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

/** The guard that owns the machine in `folder`. */
export function guardPid(folder: string): number {
  const record = JSON.parse(readFileSync(join(folder, "machine.json"), "utf8")) as { guard: number };
  return record.guard;
}
