import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireLock, tryLock } from "../../../src/core/build/lock.ts";
import { isAlive, ownToken } from "../../../src/core/build/processToken.ts";
import { sweepLocks } from "../../../src/core/build/sweepLocks.ts";
import { makeTempFolder, sweepTempFolders } from "../../../src/core/build/tempFolder.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-lock-"));
  path = join(folder, "key.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

/** The token of a process that has ended. */
async function deadToken(): Promise<string> {
  const child = spawn("sleep", ["0"]);
  await once(child, "exit");
  return ownToken().replace(/^\d+/, String(child.pid));
}

test("a second taker waits until the first lets go; that its own process has the lock is no news", async () => {
  const first = await acquireLock(path, { signal: never });
  const order: string[] = [];
  const second = acquireLock(path, { signal: never, onWait: pid => order.push(`waits for ${pid}`) });
  setTimeout(() => {
    order.push("released");
    first.release();
  }, 50);
  (await second).release();
  expect(order).toEqual(["released"]);
  expect(readdirSync(folder)).toEqual([]);
});

test("who waits for another process is told which", async () => {
  const child = spawn("sleep", ["60"]);
  const stat = readFileSync(`/proc/${child.pid}/stat`, "latin1");
  const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  writeFileSync(path, `${ownToken().replace(/^\d+-\d+/, `${child.pid}-${started}`)}-0123456789ab`);
  const told: number[] = [];
  const lock = acquireLock(path, { signal: never, onWait: pid => told.push(pid) });
  setTimeout(() => child.kill("SIGKILL"), 30);
  (await lock).release();
  expect(told).toEqual([child.pid]);
});

test("waiting can be aborted", async () => {
  const first = await acquireLock(path, { signal: never });
  await expect(acquireLock(path, { signal: AbortSignal.timeout(30) })).rejects.toThrow();
  first.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a dead process is taken over at once", async () => {
  writeFileSync(path, `${await deadToken()}-0123456789ab`);
  const began = performance.now();
  const lock = await acquireLock(path, { signal: never });
  expect(performance.now() - began).toBeLessThan(50);
  expect(readFileSync(path, "utf8")).toContain(ownToken());
  expect(tryLock(path)).toBeUndefined();
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a taker that died while taking over is succeeded in turn", async () => {
  const [first, second] = [`${await deadToken()}-00000000000a`, `${await deadToken()}-00000000000b`];
  writeFileSync(path, first);
  writeFileSync(`${path}.after-${first}`, second);
  const lock = tryLock(path);
  expect(lock).toBeDefined();
  expect(tryLock(path)).toBeUndefined();
  lock?.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("while a living process takes over a dead lock nobody else gets it", async () => {
  const dead = `${await deadToken()}-00000000000a`;
  writeFileSync(path, dead);
  writeFileSync(join(folder, "claim"), `${ownToken()}-00000000000c`);
  linkSync(join(folder, "claim"), `${path}.after-${dead}`);
  expect(tryLock(path)).toBeUndefined();
  expect(readFileSync(path, "utf8")).toBe(dead);
});

test("a holder on another machine counts as alive as long as its lock file is touched", () => {
  const foreign = ownToken().replace(/^(\d+-\d+)-[0-9a-f]{6}/, "$1-ffffff");
  expect(isAlive(foreign)).toBeUndefined();
  writeFileSync(path, `${foreign}-0123456789ab`);
  expect(tryLock(path)).toBeUndefined();
  utimesSync(path, Date.now() / 1000 - 90, Date.now() / 1000 - 90);
  expect(tryLock(path)).toBeDefined();
});

test("a process before the last start of the machine is dead, also when its pid is in use again", () => {
  const before = ownToken().replace(/^(\d+-\d+-[0-9a-f]{6})-[0-9a-f]{6}/, "$1-ffffff");
  expect(isAlive(before)).toBe(false);
  expect(isAlive(ownToken().replace(/^(\d+)-\d+/, "$1-1"))).toBe(false);
  expect(isAlive(ownToken())).toBe(true);
});

test("sweeping removes locks and temporary folders of dead processes only", async () => {
  const dead = await deadToken();
  const lock = tryLock(join(folder, "mine.lock"));
  writeFileSync(path, `${dead}-0123456789ab`);
  writeFileSync(`${path}.mine-${dead}-0123456789ac`, "");
  sweepLocks(folder);
  expect(readdirSync(folder)).toEqual(["mine.lock"]);
  lock?.release();
  const temp = makeTempFolder(folder);
  const old = join(folder, `${dead}-0123456789ab`);
  mkdirSync(old);
  mkdirSync(join(old, "forbidden"), { mode: 0o500 });
  await sweepTempFolders(folder);
  expect(existsSync(temp.path)).toBe(true);
  expect(existsSync(old)).toBe(false);
});

test("of many takers of a dead lock exactly one wins", async () => {
  for (let round = 0; round < 20; round++) {
    writeFileSync(path, `${await deadToken()}-0123456789ab`);
    const won = (await Promise.all(Array.from({ length: 8 }, async () => tryLock(path)))).filter(Boolean);
    expect(won).toHaveLength(1);
    won[0]?.release();
  }
});
