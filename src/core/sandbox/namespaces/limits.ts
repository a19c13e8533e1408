import { readFileSync } from "node:fs";
import { hostMemory } from "../hostRoom.ts";
import { mostProcesses, mostProcessesTogether } from "../surroundings.ts";

/** prlimit's options for a command: each of its processes by itself. What all take together is watched from outside. */
export function commandLimits(): string[] {
  const memory = hostMemory();
  return [
    `--nproc=${atMost("Max processes", mostProcesses)}`,
    "--core=0",
    "--nofile=1024:",
    ...(memory === undefined ? [] : [`--data=${atMost("Max data size", memory)}`]),
  ];
}

/**
 * prlimit's options for whatever makes a user namespace. The kernel (since 5.14) holds all processes in it, whoever they
 * belong to, to the limit that its maker had; without that a script had as many as its user ids together may have.
 */
export function namespaceLimits(): string[] {
  return [`--nproc=${atMost("Max processes", mostProcessesTogether)}`];
}

/** Nobody but root may have more than the hard limit that we have ourselves. */
function atMost(name: string, wanted: number): number {
  const limits = readFileSync("/proc/self/limits", "latin1");
  const hard = new RegExp(`^${name} +\\S+ +(\\S+)`, "m").exec(limits)?.[1] ?? "unlimited";
  return hard === "unlimited" ? wanted : Math.min(wanted, Number(hard));
}
