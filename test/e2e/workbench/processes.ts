import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Command lines of all processes, by pid. */
export function processes(): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      found.set(Number(name), readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " "));
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** Pids of processes below `ancestor` whose command line matches. */
export function descendants(ancestor: number, pattern: RegExp): number[] {
  const isBelow = (pid: number): boolean => {
    const parent = parentOf(pid);
    return parent === ancestor || (parent > 1 && isBelow(parent));
  };
  return [...processes()].filter(([pid, line]) => pattern.test(line) && isBelow(pid)).map(([pid]) => pid);
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Pids of QEMU processes whose command line mentions `folder`. */
export function qemuProcesses(folder: string): number[] {
  return [...processes()]
    .filter(([, line]) => /qemu-system/.test(line) && line.includes(folder) && !/guard/.test(line))
    .map(([pid]) => pid);
}

/** Waits for a condition that a test depends on; fails with what it was when it never came true. */
export async function until(condition: () => boolean, timeout: number): Promise<void> {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    if (attempt(condition)) return;
    await sleep(100);
  }
  throw new Error(`not within ${timeout / 1000} s: ${condition.toString()}`);
}

// A file that is read may not be there yet.
function attempt(condition: () => boolean): boolean {
  try {
    return condition();
  } catch {
    return false;
  }
}
