import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startMachine } from "../../../src/core/machine/startMachine.ts";
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
import { testSpec } from "./testGuest.ts";

test("a guest becomes ready, and what is typed is echoed", async () => {
  const { folder, host } = place();
  const machine = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  const seconds = await machine.untilReady({ timeoutSeconds: 30, signal });
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThan(30);
  expect(machine.state).toEqual({ kind: "ready", seconds });
  const heard = listen(machine);
  await machine.console.write(keys("abc"));
  await heard.until("login: abc");
  expect(readFileSync(machine.spec.logFile, "latin1")).toBe(heard.text());
});

test("its sockets lie in a folder that nobody else can enter", async () => {
  const { folder, runtime, host } = place();
  const machine = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  expect(statSync(join(runtime, machine.id)).mode & 0o777).toBe(0o700);
});

test("stop leaves no process and no folder", async () => {
  const { folder, runtime, host } = place();
  const machine = await startMachine(testSpec(folder), { host, guard, signal });
  const keeper = guardPid(join(runtime, machine.id));
  await machine.stop();
  expect(machine.state).toEqual({ kind: "stopped" });
  expect(await machine.ended).toEqual({ kind: "stopped" });
  expect(readdirSync(runtime)).toEqual([]);
  expect(runs(machine.pid)).toBe(false);
  await eventually(() => expect(runs(keeper)).toBe(false), 500);
  await machine.stop();
});

test("a guest that powers off ends its machine, with every byte it said", async () => {
  const { folder, runtime, host } = place();
  const machine = await startMachine(testSpec(folder), { host, guard, signal });
  await machine.untilReady({ timeoutSeconds: 30, signal });
  const heard = listen(machine);
  await machine.console.write(keys("byeQ"));
  expect(await machine.ended).toEqual({ kind: "stopped" });
  expect(heard.text()).toContain("login: bye");
  expect(readdirSync(runtime)).toEqual([]);
  await expect(machine.console.write(keys("x"))).rejects.toThrow("The machine has ended");
});

test("pause, resume, reset and a picture of the screen", async () => {
  const { folder, host } = place();
  const machine = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  await machine.untilReady({ timeoutSeconds: 30, signal });
  const heard = listen(machine);
  const states: string[] = [];
  machine.onState(state => states.push(state.kind));
  await machine.pause();
  await eventually(() => expect(machine.state.kind).toBe("paused"), 5000);
  await machine.console.write(keys("later"));
  await machine.resume();
  await heard.until("later");
  expect(machine.state.kind).toBe("ready");
  const png = await machine.screenshot();
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe("PNG");
  await machine.reset();
  await eventually(() => expect(heard.text().match(/login: /g)).toHaveLength(2), 20_000);
  await machine.untilReady({ timeoutSeconds: 30, signal });
  expect(states).toEqual(["paused", "ready", "running", "ready"]);
});

test("a boot does not change the image", async () => {
  const { folder, host } = place();
  const spec = testSpec(folder);
  const path = spec.media.drives[0]?.path ?? "";
  const before = statSync(path).mtimeMs;
  const machine = await startMachine(spec, { host, guard, signal });
  await machine.untilReady({ timeoutSeconds: 30, signal });
  await machine.stop();
  expect(statSync(path).mtimeMs).toBe(before);
});

test("a kernel panic fails the machine, with the console's tail and advice", async () => {
  const { folder, runtime, host } = place();
  const machine = await startMachine(testSpec(folder), { host, guard, signal });
  await machine.untilReady({ timeoutSeconds: 30, signal });
  await machine.console.write(keys("P"));
  const end = await machine.ended;
  expect(end).toMatchObject({
    kind: "failed",
    message: "The kernel panicked: VFS: Unable to mount root fs on unknown-block(0,0)",
    advice: expect.stringContaining("driver for virtio disks"),
    tail: expect.stringContaining("login: "),
  });
  expect(readdirSync(runtime)).toEqual([]);
  expect(runs(machine.pid)).toBe(false);
});

test("waiting for `ready` ends with the console's last lines when it does not come", async () => {
  const { folder, host } = place();
  const machine = kept(
    await startMachine(testSpec(folder, { ready: "never said" }), { host, guard, signal }),
  );
  const heard = listen(machine);
  await heard.until("login: ");
  await expect(machine.untilReady({ timeoutSeconds: 0.2, signal })).rejects.toMatchObject({
    code: "boot-timeout",
    message: expect.stringMatching(/not ready after 0.2 s .*never said.*login:/s),
  });
  const waiting = machine.untilReady({ timeoutSeconds: 30, signal });
  await machine.console.write(keys("Q"));
  await expect(waiting).rejects.toMatchObject({ code: "machine-ended" });
});

test("two machines of one recipe keep two logs", async () => {
  const { folder, host } = place();
  const [first, second] = [
    kept(await startMachine(testSpec(folder), { host, guard, signal })),
    kept(await startMachine(testSpec(folder), { host, guard, signal })),
  ];
  expect(first.spec.logFile).toBe(join(folder, "out", "console.log"));
  expect(second.spec.logFile).toBe(join(folder, "out", "console-2.log"));
});

test("while no terminal is attached, Whittle answers what the guest asks it", async () => {
  const { folder, host } = place();
  const machine = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  await machine.untilReady({ timeoutSeconds: 30, signal });
  const heard = listen(machine);
  await machine.console.write(keys("C"));
  await heard.until("\x1b[6n\x1b[1;1R");
  const before = heard.text().length;
  const detach = machine.console.attachTerminal();
  await machine.console.write(keys("Cx"));
  await eventually(() => expect(heard.text().slice(before)).toBe("\x1b[6nx"), 5000);
  detach();
});

test("a port that is in use is named, and nothing is started", async () => {
  const { folder, runtime, host } = place();
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const spec = testSpec(folder, { network: "user", forward: [`${port}:22`] });
  await expect(startMachine(spec, { host, guard, signal })).rejects.toMatchObject({
    code: "forward-port",
    message: expect.stringContaining(`Port ${port}`),
  });
  await new Promise(resolve => server.close(resolve));
  expect(readdirSync(runtime)).toEqual([]);
  const machine = kept(await startMachine(spec, { host, guard, signal }));
  expect(machine.state.kind).not.toBe("failed");
});

test("QEMU that does not start says why, and leaves nothing", async () => {
  const { folder, runtime, host } = place();
  const path = join(folder, "broken.qcow2");
  writeFileSync(path, "no image");
  const broken = testSpec(folder, { media: { drives: [{ path, format: "qcow2" }], cmdline: [] } });
  await expect(startMachine(broken, { host, guard, signal })).rejects.toMatchObject({
    code: "qemu-start-failed",
    message: expect.stringContaining("not in qcow2 format"),
    advice: expect.stringContaining("build it again"),
  });
  const huge = testSpec(folder, { memory: 1024 * 1024 * 1024 });
  await expect(startMachine(huge, { host, guard, signal })).rejects.toMatchObject({
    code: "qemu-start-failed",
  });
  expect(readdirSync(runtime)).toEqual([]);
  expect(processesNaming(runtime)).toEqual([]);
});

test("a guard that is ended while it starts a machine leaves nothing", async () => {
  const { folder, runtime, scratch, host } = place();
  const qemu = host.tools.require("qemu-system-x86_64");
  const spec = testSpec(folder, { logFile: join(folder, "console.log") });
  const order = { parent: runtime, spec, accelerator: "tcg", sandbox: false, qemu };
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [guard], {
      stdio: ["pipe", "ignore", "ignore"],
      env: { ...process.env, TMPDIR: scratch },
    });
    const ended = once(child, "exit");
    child.stdin.write(`${JSON.stringify(order)}\n`);
    await eventually(() => expect(readdirSync(runtime)).not.toEqual([]), 20_000);
    child.kill("SIGTERM");
    await ended;
    expect([...readdirSync(runtime), ...readdirSync(scratch), ...processesNaming(runtime)]).toEqual([]);
  }
});

test("aborting a start leaves nothing", async () => {
  const { folder, runtime, host } = place();
  for (const ms of [0, 20, 60, 120]) {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), ms);
    const started = startMachine(testSpec(folder), { host, guard, signal: abort.signal });
    await started.then(
      machine => machine.stop(),
      (error: unknown) => expect(error).toMatchObject({ name: "AbortError" }),
    );
  }
  await eventually(() => expect(processesNaming(runtime)).toEqual([]), 2000);
  await eventually(() => expect(readdirSync(runtime)).toEqual([]), 2000);
  expect(existsSync(folder)).toBe(true);
});
