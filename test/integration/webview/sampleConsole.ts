import type { ConsoleState, MachineSummary, ShownConsole } from "../../../src/shared/protocol/console.ts";
import { plainBytes } from "../../../src/shared/protocol/console.ts";

export const bytesOf = (text: string): Uint8Array => plainBytes(Buffer.from(text));

export const ready: MachineSummary = {
  id: "m1",
  name: "boots",
  state: "ready",
  readySeconds: 4.24,
  accelerator: "tcg",
  memory: 64,
};

export const bootText = [
  "[    0.000000] Linux version 6.1.0-37-cloud-amd64 (debian-kernel@lists.debian.org)",
  "[    0.000000] Command line: console=ttyS0 quiet",
  "[    0.812345] Freeing unused kernel image (initmem) memory: 2676K",
  "[    0.934501] Run /init as init process",
  "\x1b[32m[ ok ]\x1b[0m mounted /proc, /sys, /dev",
  "\x1b[33m[warn]\x1b[0m no clock, time starts at 1970",
  "\x1b[31m[fail]\x1b[0m eth0: no lease yet",
  "\x1b[32m[ ok ]\x1b[0m eth0: 10.0.2.15 by DHCP",
  "",
  "Welcome to \x1b[1;36mboots\x1b[0m 1.0 on ttyS0",
  "",
  "boots login: root",
  "\x1b[1;34m~ #\x1b[0m uname -a",
  "Linux boots 6.1.0-37-cloud-amd64 #1 SMP x86_64 GNU/Linux",
  "\x1b[1;34m~ #\x1b[0m ",
].join("\r\n");

/** A console as the host first shows it. */
export function consoleState(shown: Partial<ShownConsole> = {}, machines = [ready]): ConsoleState {
  const history = shown.history ?? bytesOf(bootText);
  return {
    machines,
    shown: { machine: "m1", session: 1, dropped: 0, answered: history.length, ...shown, history },
  };
}
