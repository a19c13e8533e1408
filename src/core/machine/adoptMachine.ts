import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../failure.ts";
import { connect } from "./connect.ts";
import { GuardLink } from "./guardLink.ts";
import { machineRecords, specOfRecord } from "./listMachines.ts";
import type { Machine } from "./machine.ts";
import type { MachineRecord } from "./machineRecord.ts";
import { Monitor } from "./monitor.ts";
import { readStatus } from "./monitorMessages.ts";
import { openConsole } from "./openConsole.ts";
import { RunningMachine } from "./runningMachine.ts";
import { machineId, runtimePaths } from "./runtimeFolder.ts";
import type { StartDeps } from "./startMachine.ts";

/** As for starting one, but only the host is needed; the signal ends the wait for whoever still has the machine. */
export type AdoptDeps = Pick<StartDeps, "host"> & Partial<StartDeps>;

// When a window reloads, the new one may come before the old one has let go.
const busyMs = 5000;
const pollMs = 50;

/**
 * Takes over a machine that another process handed over. Its console begins with what was said before.
 * @throws Failure `machine-gone`, or `machine-busy` while another process keeps it
 */
export async function adoptMachine(id: string, { host, signal }: AdoptDeps): Promise<Machine> {
  const found = (await machineRecords(host)).find(({ folder }) => machineId(folder) === id);
  if (!found) throw new Failure("machine-gone", `There is no machine ${id} any more.`);
  const { folder, record } = found;
  const link = await GuardLink.open(runtimePaths(folder).guard).catch((cause: unknown) => {
    throw new Failure("machine-gone", `The machine ${record.spec.name} (${id}) has ended.`, { cause });
  });
  try {
    const ready = await leaseOf(link, record, signal);
    return await join(folder, record, link, ready);
  } catch (error) {
    // With our lease, if we had one, the machine goes too: half adopted it is of no use to anybody.
    link.close();
    throw error;
  }
}

async function leaseOf(
  link: GuardLink,
  { spec }: MachineRecord,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const until = Date.now() + busyMs;
  for (;;) {
    const answer = await link.lease();
    if (answer !== "busy") return answer.ready;
    if (Date.now() > until) {
      throw new Failure("machine-busy", `Another window or command has the machine ${spec.name}.`);
    }
    await sleep(pollMs, undefined, signal ? { signal } : {});
  }
}

async function join(
  folder: string,
  record: MachineRecord,
  link: GuardLink,
  ready: number | undefined,
): Promise<Machine> {
  const paths = runtimePaths(folder);
  const console = await openConsole(paths.serial);
  const { accelerator, pid } = record;
  const startedAt = new Date(record.startedAt);
  const spec = specOfRecord(record);
  const machine = new RunningMachine({ folder, spec, accelerator, startedAt, pid, link, console, ready });
  const monitor = await Monitor.open(await connect(paths.monitor), machine.onEvent);
  const paused = readStatus(await monitor.execute("query-status")) === "paused";
  await machine.begin(monitor, paused);
  return machine;
}
