import type { Host } from "../host/host.ts";
import { GuardLink } from "./guardLink.ts";
import type { MachineSpec } from "./machine.ts";
import { type MachineRecord, readMachineRecord } from "./machineRecord.ts";
import { listRuntimeFolders, machineId, runtimePaths } from "./runtimeFolder.ts";

/** A running machine that no process holds. */
export interface WaitingMachine {
  readonly id: string;
  readonly spec: MachineSpec;
  readonly startedAt: Date;
}

/** This user's machines that were handed over and can be adopted. */
export async function listMachines(host: Host): Promise<WaitingMachine[]> {
  const found = await machineRecords(host);
  const waiting = await Promise.all(found.map(({ folder }) => isWaiting(runtimePaths(folder).guard)));
  return found
    .filter((_, index) => waiting[index])
    .map(({ folder, record }) => ({
      id: machineId(folder),
      spec: specOfRecord(record),
      startedAt: new Date(record.startedAt),
    }));
}

/** The records of all this user's machines; some may be of machines that were killed just now. */
export async function machineRecords(
  host: Host,
): Promise<{ readonly folder: string; readonly record: MachineRecord }[]> {
  const folders = await listRuntimeFolders(host.env);
  const read = await Promise.all(folders.map(folder => readMachineRecord(runtimePaths(folder).record)));
  return folders.flatMap((folder, index) => {
    const record = read[index];
    return record ? [{ folder, record }] : [];
  });
}

export function specOfRecord({ spec }: MachineRecord): MachineSpec {
  return { ...spec, ready: spec.ready };
}

async function isWaiting(socket: string): Promise<boolean> {
  try {
    const link = await GuardLink.open(socket);
    link.close();
    return !link.leased;
  } catch {
    return false;
  }
}
