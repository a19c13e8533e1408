// A process of its own that starts or adopts a machine, so that tests can kill it: `node clientProcess.ts JSON`.
import { openHost } from "../../../src/core/host/openHost.ts";
import { adoptMachine } from "../../../src/core/machine/adoptMachine.ts";
import type { Machine, MachineSpec } from "../../../src/core/machine/machine.ts";
import { startMachine } from "../../../src/core/machine/startMachine.ts";

/** What to do; `handOver` in seconds, after the machine is ready and has read `type`. */
export interface ClientOrder {
  readonly guard: string;
  readonly spec?: MachineSpec;
  readonly adopt?: string;
  readonly type?: string;
  readonly handOver?: number;
  readonly stop?: boolean;
}

const order = JSON.parse(process.argv[2] ?? "{}") as ClientOrder;
const { signal } = new AbortController();
const host = openHost();

async function open(): Promise<Machine> {
  if (order.adopt !== undefined) return adoptMachine(order.adopt, { host });
  if (order.spec)
    return startMachine({ ...order.spec, ready: order.spec.ready }, { host, guard: order.guard, signal });
  throw new Error("neither spec nor adopt");
}

const machine = await open();
await machine.untilReady({ timeoutSeconds: 30, signal });
if (order.type !== undefined) await machine.console.write(Buffer.from(order.type));
process.stdout.write(`${JSON.stringify({ id: machine.id, pid: machine.pid })}\n`);
if (order.stop) {
  await machine.stop();
  process.stdout.write("stopped\n");
}
if (order.handOver !== undefined) {
  await machine.handOver(order.handOver);
  process.stdout.write("handed over\n");
  process.exit(0);
}
