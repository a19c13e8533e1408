// Starts a machine and gives it the terminal, as `whittle boot` does: `node attachProcess.ts JSON`.
import { attachTerminal } from "../../../src/cli/terminal/attach.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { MachineSpec } from "../../../src/core/machine/machine.ts";
import { startMachine } from "../../../src/core/machine/startMachine.ts";

const { guard, spec } = JSON.parse(process.argv[2] ?? "{}") as { guard: string; spec: MachineSpec };
const interruption = new AbortController();
process.once("SIGTERM", () => interruption.abort(new DOMException("terminated", "AbortError")));
const { signal } = interruption;
const { stdin, stdout } = process;
const machine = await startMachine({ ...spec, ready: spec.ready }, { host: openHost(), guard, signal });
try {
  stdout.write(`result: ${await attachTerminal(machine, { stdin, stdout, signal })}\n`);
} catch (error) {
  stdout.write(`error: ${String(error)}\n`);
} finally {
  await machine.stop();
}
