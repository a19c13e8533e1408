import { readdirSync, readFileSync } from "node:fs";

const pageBytes = 4096;

/** A process of the host and all that come from it, by the host's numbers. */
export function descendantsOf(first: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent === undefined) continue;
    const known = children.get(parent);
    if (known) known.push(Number(name));
    else children.set(parent, [Number(name)]);
  }
  const found = [first];
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

/** What a process has in memory for itself alone; in bytes, 0 for one that is gone. */
export function residentBytes(pid: number): number {
  const [, resident = 0, shared = 0] = readProcess(pid, "statm").split(" ").map(Number);
  return (resident - shared) * pageBytes;
}

// A name may hold anything, also blanks and brackets: the fields count from behind the last bracket.
function parentOf(pid: string): number | undefined {
  const stat = readProcess(pid, "stat");
  const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
  return parent === undefined ? undefined : Number(parent);
}

function readProcess(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
