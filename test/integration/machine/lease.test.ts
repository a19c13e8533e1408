import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Host } from "../../../src/core/host/host.ts";
import { adoptMachine } from "../../../src/core/machine/adoptMachine.ts";
import { listMachines } from "../../../src/core/machine/listMachines.ts";
import { startMachine } from "../../../src/core/machine/startMachine.ts";
import type { ClientOrder } from "./clientProcess.ts";
import {
  eventually,
  guard,
  guardPid,
  kept,
  keys,
  listen,
  place,
  processesNaming,
  runs,
  signal,
} from "./runtime.ts";
import { floodText, testSpec } from "./testGuest.ts";

const program = new URL("clientProcess.ts", import.meta.url).pathname;

interface Client {
  readonly process: ChildProcess;
  readonly id: string;
  /** QEMU's. */
  readonly pid: number;
}

/** Starts a client process; resolves when its machine is ready. */
async function client(host: Host, order: ClientOrder, before: readonly string[] = []): Promise<Client> {
  const [file = process.execPath, ...args] = [...before, process.execPath, program, JSON.stringify(order)];
  const child = spawn(file, args, { env: host.env, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await eventually(() => expect(said).toContain("\n"), 30_000);
  const { id, pid } = JSON.parse(said.split("\n")[0] ?? "") as { id: string; pid: number };
  return { process: child, id, pid };
}

test("a client killed by SIGKILL: QEMU, its guard and the folder are gone within 2 s", async () => {
  const { folder, runtime, host } = place();
  const { process: child, pid, id } = await client(host, { guard, spec: testSpec(folder) });
  const keeper = guardPid(join(runtime, id));
  expect(runs(pid)).toBe(true);
  child.kill("SIGKILL");
  await eventually(() => {
    expect(runs(pid)).toBe(false);
    expect(runs(keeper)).toBe(false);
    expect(readdirSync(runtime)).toEqual([]);
  }, 2000);
});

test("a process that stops its machine ends by itself, soon", async () => {
  const { folder, runtime, host } = place();
  const { process: child } = await client(host, { guard, spec: testSpec(folder), stop: true });
  await eventually(() => expect(child.exitCode).toBe(0), 2000);
  expect(readdirSync(runtime)).toEqual([]);
});

test("a guard killed by SIGKILL takes QEMU along; the machine says so, and the next start cleans up", async () => {
  const { folder, runtime, scratch, host } = place();
  const machine = await startMachine(testSpec(folder), { host, guard, signal });
  const killed = guardPid(join(runtime, machine.id));
  process.kill(killed, "SIGKILL");
  expect(await machine.ended).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("guards the machine"),
  });
  await eventually(() => expect(runs(machine.pid) || runs(killed)).toBe(false), 2000);
  const longAgo = new Date(Date.now() - 120_000);
  utimesSync(join(scratch, machine.id), longAgo, longAgo);
  const next = await startMachine(testSpec(folder), { host, guard, signal });
  expect(readdirSync(runtime)).toEqual([next.id]);
  expect(readdirSync(scratch)).toEqual([next.id]);
  await next.stop();
});

test("QEMU killed from outside is a failure, and nothing stays", async () => {
  const { folder, runtime, host } = place();
  const machine = await startMachine(testSpec(folder), { host, guard, signal });
  await machine.untilReady({ timeoutSeconds: 30, signal });
  process.kill(machine.pid, "SIGKILL");
  expect(await machine.ended).toMatchObject({ kind: "failed", message: "QEMU was ended by SIGKILL." });
  expect(readdirSync(runtime)).toEqual([]);
});

test("handed over and adopted: the same QEMU, still ready, no byte lost or doubled", async () => {
  const { folder, host } = place();
  const first = await client(host, { guard, spec: testSpec(folder), type: "F", handOver: 20 });
  const found = await eventuallyListed(host);
  expect(found).toMatchObject({ id: first.id, spec: { name: "guest, test", ready: "login: $" } });
  // The guest goes on writing while nobody holds it.
  await sleep(200);
  const machine = kept(await adoptMachine(first.id, { host }));
  expect(machine.pid).toBe(first.pid);
  expect(machine.state.kind).toBe("ready");
  expect(await listMachines(host)).toEqual([]);
  const heard = listen(machine);
  await heard.until("PPPP\n");
  await machine.console.write(keys("still there"));
  await heard.until("still there");
  expect(heard.text()).toBe(`Hello\r\nlogin: ${floodText()}still there`);
});

test("a paused machine is adopted paused", async () => {
  const { folder, host } = place();
  const machine = await startMachine(testSpec(folder), { host, guard, signal });
  await machine.untilReady({ timeoutSeconds: 30, signal });
  await machine.pause();
  await machine.handOver(20);
  const again = kept(await adoptMachine(machine.id, { host }));
  expect(again.state).toEqual({ kind: "paused" });
  await again.resume();
  expect(await again.untilReady({ timeoutSeconds: 5, signal })).toBeGreaterThan(0);
});

test("handed over to nobody, a machine ends after the time it was given", async () => {
  const { folder, runtime, host } = place();
  const { pid, id } = await client(host, { guard, spec: testSpec(folder), handOver: 1 });
  await sleep(300);
  expect(runs(pid)).toBe(true);
  await eventually(() => {
    expect(runs(pid)).toBe(false);
    expect(readdirSync(runtime)).toEqual([]);
  }, 3000);
  await expect(adoptMachine(id, { host })).rejects.toMatchObject({ code: "machine-gone" });
});

test("an adopter that comes too early waits for the one before to let go", async () => {
  const { folder, host } = place();
  const machine = await startMachine(testSpec(folder), { host, guard, signal });
  const adopting = adoptMachine(machine.id, { host });
  await sleep(200);
  await machine.handOver(20);
  expect(kept(await adopting).pid).toBe(machine.pid);
});

test("an adopter that is killed takes the machine along", async () => {
  const { folder, runtime, host } = place();
  const first = await client(host, { guard, spec: testSpec(folder), handOver: 20 });
  const second = await client(host, { guard, adopt: first.id });
  second.process.kill("SIGKILL");
  await eventually(() => {
    expect(runs(first.pid)).toBe(false);
    expect(readdirSync(runtime)).toEqual([]);
  }, 2000);
});

test("an ordinary user without any rights boots, and is cleaned up after", async () => {
  const { folder, runtime, host } = place();
  const nobody = 65534;
  const cache = join(folder, "cache");
  mkdirSync(cache);
  const spec = testSpec(mkdtempSync(join(folder, "user-")));
  const asRoot = process.getuid?.() === 0;
  if (asRoot)
    for (const path of [folder, runtime, cache, join(spec.logFile, "../..")]) chownSync(path, nobody, nobody);
  chmodSync(spec.media.drives[0]?.path ?? "", 0o444);
  const drop = [host.tools.require("setpriv"), `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
  const user = await client(host, { guard, spec }, asRoot ? drop : []);
  expect(readFileSync(`/proc/${user.pid}/status`, "utf8")).toMatch(
    asRoot ? /^Uid:\t65534\t65534/m : /^Uid:/m,
  );
  user.process.kill("SIGKILL");
  await eventually(() => {
    expect(processesNaming(runtime)).toEqual([]);
    expect(readdirSync(runtime)).toEqual([]);
  }, 2000);
});

test("killed at any moment of a start, nothing stays", async () => {
  const { folder, runtime, scratch, host } = place();
  const order = JSON.stringify({ guard, spec: testSpec(folder) } satisfies ClientOrder);
  for (let ms = 100; ms < 600; ms += 40) {
    const child = spawn(process.execPath, [program, order], { env: host.env, stdio: "ignore" });
    await sleep(ms);
    child.kill("SIGKILL");
    await eventually(() => {
      expect(processesNaming(runtime)).toEqual([]);
      expect([...readdirSync(runtime), ...readdirSync(scratch)]).toEqual([]);
    }, 2000);
  }
});

test("sweeping touches nothing but dead machines' folders", async () => {
  const { folder, runtime, host } = place();
  mkdirSync(join(runtime, "other"));
  mkdirSync(join(runtime, "whittle-machine-young1"));
  writeFileSync(join(runtime, "whittle-machine-file"), "no folder");
  const living = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  const next = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  for (const name of ["other", "whittle-machine-young1", "whittle-machine-file", living.id, next.id]) {
    expect(existsSync(join(runtime, name))).toBe(true);
  }
});

async function eventuallyListed(host: Host) {
  for (let tries = 0; tries < 200; tries += 1) {
    const [found] = await listMachines(host);
    if (found) return found;
    await sleep(20);
  }
  throw new Error("no machine can be adopted");
}
