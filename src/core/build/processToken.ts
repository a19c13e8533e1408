import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Names a process so that it is never taken for another: `pid-start-host-boot-namespace`. The start time tells
 * apart two processes with the same pid; the rest says whether this process is able to see that pid at all.
 */
export type ProcessToken = string;

const pattern = /^(\d+)-(\d+)-([0-9a-f]{6})-([0-9a-f]{6})-(\d+)$/;

let own: ProcessToken | undefined;

/** The token of this process. */
export function ownToken(): ProcessToken {
  own ??= [process.pid, startOf(process.pid) ?? "0", short(hostname()), short(bootId()), pidNamespace()].join(
    "-",
  );
  return own;
}

/** The pid inside a token, for messages. */
export function pidOf(token: ProcessToken): number {
  return Number(pattern.exec(token)?.[1] ?? 0);
}

/**
 * Whether the process of `token` still runs; undefined when that cannot be told from here (another machine or
 * container that shares the folder, or a token that is none).
 */
export function isAlive(token: ProcessToken): boolean | undefined {
  const [, pid, start, host, boot, namespace] = pattern.exec(token) ?? [];
  const [, , , ownHost, ownBoot, ownNamespace] = pattern.exec(ownToken()) ?? [];
  if (pid === undefined || host !== ownHost) return undefined;
  if (boot !== ownBoot) return false;
  if (namespace !== ownNamespace) return undefined;
  return process.platform === "linux" ? startOf(Number(pid)) === start : answersSignals(Number(pid));
}

// Clock ticks since boot: field 22, counted from behind the command name, which may itself hold blanks and brackets.
function startOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A zombie holds nothing any more; it only waits for its parent to look.
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function bootId(): string {
  return readText("/proc/sys/kernel/random/boot_id");
}

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}
