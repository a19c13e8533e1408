import { randomBytes } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, ownToken, pidOf } from "./processToken.ts";

/** Exclusive use of something until release(); ends by itself with the process. */
export interface Lock {
  release(): void;
}

export interface LockWait {
  readonly signal: AbortSignal;
  /** Called once, with the holder's pid, when another process has the lock. */
  readonly onWait?: ((pid: number) => void) | undefined;
}

// A holder that we cannot look at shows that it lives by touching its lock file.
const heartbeatMs = 15_000;
const silentMs = 60_000;

/** Takes the lock at `path`, waiting while a living process has it. Rejects only when aborted or on disk errors. */
export async function acquireLock(path: string, wait: LockWait): Promise<Lock> {
  let told = false;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    wait.signal.throwIfAborted();
    const lock = tryLock(path);
    if (lock) return lock;
    if (!told) {
      const holder = pidOf(tokenOf(holders(path).at(-1)?.id ?? ""));
      if (holder !== process.pid) wait.onWait?.(holder);
    }
    told = true;
    await sleep(pauseMs, undefined, { signal: wait.signal });
  }
}

/**
 * Takes the lock at `path` if nobody alive has it.
 *
 * A lock is a file that names its holder, made whole by link(2). The lock of a dead holder is not deleted (two
 * who do that at once would both win): its successor claims `<path>.after-<id of the dead holder>`, which again
 * only one can do, and the end of that chain of names is the holder. The successor then moves its own name
 * to `path` and the chain starts anew. Ids are never used twice, so an outdated claim never counts.
 */
export function tryLock(path: string): Lock | undefined {
  const chain = holders(path);
  const last = chain.at(-1);
  if (last && holderLives(last)) return undefined;
  const id = `${ownToken()}-${randomBytes(6).toString("hex")}`;
  const candidate = candidatePath(path, id);
  const claim = last ? claimPath(path, last.id) : path;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(candidate, id, { flag: "wx" });
    linkSync(candidate, claim);
    const seen = holders(path).map(each => each.id);
    if (seen.join() !== [...chain.map(each => each.id), id].join()) {
      rmSync(claim, { force: true });
      return undefined;
    }
    if (last) renameSync(candidate, path);
    for (const each of chain) rmSync(claimPath(path, each.id), { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  } finally {
    rmSync(candidate, { force: true });
  }
  return held(path, id);
}

/** Temporary names beside a lock, which a killed process may leave behind: `<lock>.mine-<id>`, `<lock>.after-<id>`. */
export const lockLeftover = /^(?<lock>.*\.lock)\.(?<what>mine|after)-(?<id>[0-9a-f-]+)$/;

/** The process token inside the id of a holder. */
export function tokenOf(id: string): string {
  return id.slice(0, id.lastIndexOf("-"));
}

interface Holder {
  readonly id: string;
  readonly file: string;
}

function holders(path: string): Holder[] {
  const chain: Holder[] = [];
  for (let file = path; ; ) {
    const id = readId(file);
    if (id === undefined) return chain;
    chain.push({ id, file });
    file = claimPath(path, id);
  }
}

function holderLives(holder: Holder): boolean {
  const alive = isAlive(tokenOf(holder.id));
  if (alive !== undefined) return alive;
  const found = statSync(holder.file, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs < silentMs;
}

function held(path: string, id: string): Lock {
  const heartbeat = setInterval(() => {
    if (readId(path) === id) utimesSync(path, new Date(), new Date());
  }, heartbeatMs).unref();
  return {
    release() {
      clearInterval(heartbeat);
      if (readId(path) === id) rmSync(path, { force: true });
    },
  };
}

function readId(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const claimPath = (path: string, id: string): string => `${path}.after-${id}`;
const candidatePath = (path: string, id: string): string => `${path}.mine-${id}`;
