import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Failure } from "../../../src/core/failure.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { openNamespaces } from "../../../src/core/sandbox/namespaces/openNamespaces.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { clock, openSandboxBench, type SandboxBench } from "./sandboxBench.ts";

let bench: SandboxBench;
beforeAll(async () => {
  bench = await openSandboxBench(["dash", "coreutils", "libc-bin"]);
});
const made: string[] = [];
afterAll(async () => {
  await bench.close();
  for (const folder of made) await rm(folder, { recursive: true });
});

const never = new AbortController().signal;

/** Host processes whose command line, its parts apart by blanks, fits. */
function processes(fits: RegExp): number[] {
  return readdirSync("/proc").flatMap(pid => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
      return /^\d+$/.test(pid) && fits.test(line) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

/** Runs a script in namespaces; the failure, and how long it took, in ms. */
async function failure(
  script: string,
  bubblewrap?: string,
  onLine: (line: string) => void = () => undefined,
): Promise<{ failed: Failure; ms: number }> {
  const env: NodeJS.ProcessEnv = { ...process.env, WHITTLE_CACHE: bench.host.cacheDir };
  if (bubblewrap !== undefined) {
    const programs = await mkdtemp(join(tmpdir(), "whittle-programs-"));
    made.push(programs);
    // Where root has the sandbox started, another is root in it.
    await chmod(programs, 0o755);
    await writeFile(join(programs, "bwrap"), bubblewrap);
    await chmod(join(programs, "bwrap"), 0o755);
    env["PATH"] = `${programs}:${env["PATH"]}`;
  }
  const began = performance.now();
  const failed = await bench
    .layer(async into => {
      await openNamespaces(openHost({ env }), "").run(
        {
          ...{ system: "tree", tree: stackLayers([bench.base]), signal: never, clock, onLine },
          command: ["/bin/sh", "-euc", script],
          scratch: () => mkdtemp(join(bench.folder, "scratch-")),
        },
        into,
      );
    })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  return { failed: failed as Failure, ms: performance.now() - began };
}

const soon = 30_000;

describe("a sandbox that breaks by itself", () => {
  const word = `1000.${process.pid}`;

  it("ends the command at once when bubblewrap breaks off and leaves something with its output open", async () => {
    const { failed, ms } = await failure(
      "true",
      `#!/bin/sh\nsetsid sleep ${word} &\necho "bwrap: Can't mount tmpfs on /newroot/run: Invalid argument" >&2\nexit 1\n`,
    );
    expect(failed).toMatchObject({
      code: "sandbox-failed",
      message: expect.stringContaining("could not be set up for /bin/sh: bwrap: Can't mount tmpfs"),
      advice: expect.stringContaining("whittle doctor"),
    });
    expect(ms).toBeLessThan(soon);
    expect(processes(new RegExp(`sleep ${word}`))).toEqual([]);
  });

  it("says so when bubblewrap cannot be executed, and does not take it for the script's end", async () => {
    const { failed } = await failure("true", "#!/nowhere/sh\n");
    expect(failed).toMatchObject({
      code: "sandbox-failed",
      message: expect.stringMatching(/could not be set up.*bwrap.*No such file/),
    });
  });

  const ours = `nsenter --target .*sleep ${word}`;
  it.each([
    ["bubblewrap", new RegExp(`^(?!.*nsenter).*bwrap --args .*sleep ${word}`)],
    ["what entered the namespaces", new RegExp(`^(?!setpriv).*${ours}`)],
  ])("says so when %s is killed, and ends the rest", async (_what, victim) => {
    let killed = 0;
    const { failed, ms } = await failure(`echo up >&2; sleep ${word} & sleep ${word}`, undefined, () => {
      // The first of them is the one outside; the others are its children.
      const [pid] = processes(victim).sort((a, b) => a - b);
      if (pid === undefined || killed++ > 0) return;
      process.kill(pid, "SIGKILL");
    });
    expect(killed).toBe(1);
    expect(failed).toMatchObject({
      code: "sandbox-failed",
      message: expect.stringMatching(/ended by SIGKILL before \/bin\/sh was done\.\nup$/),
      advice: expect.stringContaining("journalctl"),
    });
    expect(ms).toBeLessThan(soon);
    expect(processes(new RegExp(`sleep ${word}`))).toEqual([]);
  });

  it("takes no words of a script for bubblewrap's", async () => {
    const { outcome } = await bench.run("echo 'bwrap: execvp nothing' >&2; exit 1");
    expect(outcome).toEqual({ exitCode: 1, timedOut: false });
  });
});

describe("the host's disk and memory", () => {
  it("keep what they need: a script that writes without end is ended", async () => {
    const { bavail, bsize } = statfsSync(bench.folder);
    const room = { disk: bavail * bsize - 300 * 1024 ** 2, memory: 0 };
    const ran = bench.run("while :; do head -c 20M /dev/zero >> /filled; done", { room });
    await expect(ran).rejects.toMatchObject({
      code: "sandbox-disk-space",
      message: expect.stringContaining("shall stay so"),
      advice: expect.stringContaining("WHITTLE_CACHE"),
    });
  });

  it("end a script that takes too much memory when that runs short", async () => {
    const room = { disk: 0, memory: Number.MAX_SAFE_INTEGER, part: 150 * 1024 ** 2 };
    // Without line ends tail keeps all of it.
    const ran = bench.run("{ head -c 200M /dev/zero; sleep 1000; } | tail > /dev/null", { room });
    await expect(ran).rejects.toMatchObject({
      code: "sandbox-memory",
      message: expect.stringMatching(/had about \d+(\.\d)? MiB/),
    });
  });

  it("does not end a script that is not why memory runs short", async () => {
    const ran = await bench.run("sleep 1", { room: { disk: 0, memory: Number.MAX_SAFE_INTEGER } });
    expect(ran.outcome.exitCode).toBe(0);
  });

  it("gives no program more than there is, and files in memory half of it together", async () => {
    const total = Number(/^MemTotal: *(\d+)/.exec(readFileSync("/proc/meminfo", "latin1"))?.[1]) * 1024;
    const { stdout } = await bench.run(`ulimit -d
for each in /tmp /run /run/lock /sys /dev/shm; do stat --file-system --format %i $each; done
df --block-size=1 --output=size /dev/shm | tail -1`);
    expect(Number(stdout[0])).toBe(total / 1024);
    expect(new Set(stdout.slice(1, 6)).size).toBe(1);
    expect(Number(stdout[6])).toBeLessThan(total * 0.51);
  });
});

it("all users of a sandbox together have no more processes than whoever builds may have", async () => {
  const script = fileURLToPath(new URL("../../fixtures/sandbox/manyUsers.ts", import.meta.url));
  const { stdout } = await promisify(execFile)("prlimit", ["--nproc=1500:1500", process.execPath, script]);
  const [exitCode, started] = stdout.trim().split(" ").map(Number);
  expect(exitCode).toBe(0);
  expect(started).toBeGreaterThan(50);
  expect(started).toBeLessThan(1500);
}, 120_000);

it("two fork bombs at a time leave a third sandbox its processes, and the host its own", async () => {
  const abort = new AbortController();
  let started = 0;
  const bombs = [1, 2].map(() =>
    bench
      .run("echo up; bomb() { bomb | bomb & }; bomb; sleep 1000", {
        signal: abort.signal,
        onLine: line => {
          if (line === "up") started += 1;
        },
      })
      .catch(() => "ended"),
  );
  await expect.poll(() => started, { timeout: 60_000 }).toBe(2);
  await sleep(1000);
  const ran = await bench.run("for each in 1 2 3 4 5 6 7 8 9; do (/bin/true) || exit 7; done; echo whole");
  abort.abort();
  expect(await Promise.all(bombs)).toEqual(["ended", "ended"]);
  expect(ran.stdout).toEqual(["whole"]);
}, 120_000);

it("does not tell the command what the host's folders are called, but where the kernel lists mounts", async () => {
  await mkdir(join(bench.folder, "mounted"));
  const mounts = [{ from: join(bench.folder, "mounted"), to: "/opt/in" }];
  const words =
    "for each in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do tr '\\0' '\\n' < $each; echo; done";
  const { stdout } = await bench.run(words, { mounts });
  expect(stdout.join("\n")).toContain("--args");
  expect(stdout.join("\n")).not.toMatch(/whittle-sandbox-|scratch-|subuid|\/tree|cache/);
});
