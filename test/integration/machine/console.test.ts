import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startMachine } from "../../../src/core/machine/startMachine.ts";
import { eventually, guard, kept, keys, listen, place, signal } from "./runtime.ts";
import { floodText, testSpec } from "./testGuest.ts";

test("a flood from the guest arrives whole, also when the reader holds it back in between", async () => {
  const { folder, host } = place();
  const machine = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  await machine.untilReady({ timeoutSeconds: 30, signal });
  const heard = listen(machine);
  await machine.console.write(keys("F"));
  await heard.until("AABA\n");
  machine.console.pause();
  await sleep(300);
  const held = readFileSync(machine.spec.logFile).length;
  await sleep(700);
  // The guest waits too: all that still came is what the socket and the UART hold.
  expect(readFileSync(machine.spec.logFile).length - held).toBeLessThan(300_000);
  machine.console.resume();
  await heard.until("PPPP\n");
  expect(heard.text()).toBe(`Hello\r\nlogin: ${floodText()}`);
  expect(readFileSync(machine.spec.logFile, "latin1")).toBe(heard.text());
});

test("pauses of two readers add up", async () => {
  const { folder, host } = place();
  const machine = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  await machine.untilReady({ timeoutSeconds: 30, signal });
  const heard = listen(machine);
  machine.console.pause();
  machine.console.pause();
  machine.console.resume();
  await machine.console.write(keys("typed"));
  await sleep(200);
  expect(heard.text()).not.toContain("t");
  machine.console.resume();
  await heard.until("typed");
});

test("what a machine said last can still be read after its end, by a reader that was slow", async () => {
  const { folder, runtime, host } = place();
  const machine = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  await machine.untilReady({ timeoutSeconds: 30, signal });
  const heard = listen(machine);
  machine.console.pause();
  await machine.console.write(keys("last wordsQ"));
  expect(await machine.ended).toEqual({ kind: "stopped" });
  expect(readdirSync(runtime)).toEqual([]);
  expect(heard.text()).not.toContain("last words");
  machine.console.resume();
  await heard.until("last words");
});

test("much that is typed at once reaches the guest whole", async () => {
  const { folder, host } = place();
  const machine = kept(await startMachine(testSpec(folder), { host, guard, signal }));
  await machine.untilReady({ timeoutSeconds: 30, signal });
  const heard = listen(machine);
  const typed = Array.from({ length: 4000 }, (_, n) => `${n} `).join("");
  await machine.console.write(keys(typed));
  await eventually(() => expect(heard.text()).toBe(`Hello\r\nlogin: ${typed}`), 30_000);
});
