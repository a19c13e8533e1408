import { freemem } from "node:os";
import { MiB } from "../../../../shared/bytes.ts";
import type { Host } from "../../../host/host.ts";

// Less than this and a package manager does not fit; more is of no use to it.
const leastMiB = 512;
const mostMiB = 2048;
const mostCpus = 4;

/** Memory (MiB) and processors for a guest that runs commands: half of what is free here, within reason. */
export function guestSize(host: Host): { readonly memory: number; readonly cpus: number } {
  const half = Math.floor(available() / 2 / MiB);
  return {
    memory: Math.min(mostMiB, Math.max(leastMiB, half)),
    cpus: Math.max(1, Math.min(mostCpus, host.jobs)),
  };
}

// Node 20 has it since 20.13 only.
function available(): number {
  const measured = (process as { availableMemory?: () => number }).availableMemory?.();
  return measured === undefined || measured === 0 ? freemem() : measured;
}
