import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openSandboxBench, type SandboxBench } from "./sandboxBench.ts";

/** Seconds that no other program on this computer sleeps for. */
const long = `1000.${process.pid}`;

let bench: SandboxBench;
beforeAll(async () => {
  bench = await openSandboxBench([
    "libc-bin",
    "bash",
    "dash",
    "coreutils",
    "util-linux",
    "procps",
    "perl-base",
  ]);
});
afterAll(() => bench.close());

/** Command lines of the host's processes that hold a word. */
function processes(word: string): string[] {
  return readdirSync("/proc").flatMap(pid => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return /^\d+$/.test(pid) && pid !== String(process.pid) && line.includes(word) ? [line] : [];
    } catch {
      return [];
    }
  });
}

function mounts(): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter(line => line.includes(bench.folder));
}

// Whatever happened in a test, nothing of it is left on the host.
afterEach(() => {
  expect(processes(bench.folder)).toEqual([]);
  expect(mounts()).toEqual([]);
});

describe("a command in the sandbox", () => {
  it("reaches no network, not even the host's own servers", async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.end("hello");
    }).listen(0, "127.0.0.1");
    await new Promise(resolve => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const fetch = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3; cat /etc/resolv.conf > /dev/stderr`;
    const task = { command: ["/bin/bash", "-euc", fetch] };
    const closed = await bench.run("", task);
    expect(closed.outcome.exitCode).not.toBe(0);
    expect(asked).toBe(0);
    const open = await bench.run("", { ...task, network: true });
    expect(open.stdout.at(-1)).toBe("hello");
    expect(open.stderr.join("\n").trim()).toBe(readFileSync("/etc/resolv.conf", "utf8").trim());
    expect(open.layer.index.entries).toEqual([]);
    server.close();
  });

  it("sees no process, name, file or device of the host, and cannot write to it", async () => {
    const { stdout } = await bench.run(`uname -n; ps -e -o pid= | wc -l; cat /proc/net/dev | wc -l
ls / | tr '\\n' ' '; echo; ls /home 2>&1; env | sort | tr '\\n' ' '; echo
for each in /proc/sys/kernel/hostname /proc/sysrq-trigger /proc/sys/vm/drop_caches; do
  echo x 2>&1 > $each || echo refused
done
mount -t tmpfs none /opt 2>&1 || echo refused; mknod /null c 1 3 2>&1 || echo refused
unshare --user true 2>&1 || echo refused; kill -9 -1 2>&1; mknod /dev/x b 8 0 2>&1 || echo refused`);
    expect(stdout[0]).toBe("localhost");
    expect(Number(stdout[1])).toBeLessThan(6);
    expect(Number(stdout[2])).toBe(3);
    expect(stdout[3]).not.toContain("work");
    expect(stdout.find(line => line.startsWith("HOME="))).toBe(
      "HOME=/root LC_ALL=C.UTF-8 LOGNAME=root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin " +
        "PWD=/ SOURCE_DATE_EPOCH=1000000000 TZ=UTC USER=root ",
    );
    expect(stdout.filter(line => line === "refused").length).toBeGreaterThanOrEqual(6);
  });

  it("does not get at the keys of whoever builds, and everything else works", async () => {
    const first = process.arch === "x64" ? 248 : 217;
    const ask = `for my $call (${first}..${first + 2}) { syscall($call, 0, -3, 0, 0, 0); print int($!), "\n"; }
      print syscall(${process.arch === "x64" ? 39 : 172}) == $$ ? "pid" : "odd", "\n";`;
    const ran = await bench.run("", { command: ["/usr/bin/perl", "-e", ask] });
    expect(ran.stdout).toEqual(["1", "1", "1", "pid"]);
  });

  it("cannot leave a tree through links in it", async () => {
    const below = await bench.layer(async layer => {
      const base = { uid: 0, gid: 0, mtime: 0 };
      await layer.add({ type: "symlink", path: "opt", mode: 0o777, target: "../../../../tmp", ...base });
      await layer.add({ type: "symlink", path: "srv", mode: 0o777, target: bench.folder, ...base });
    });
    const ran = await bench.run(`echo x > /opt/escaped; echo x > /srv/escaped || echo no`, {}, [
      bench.base,
      below,
    ]);
    expect(ran.stdout).toEqual(["no"]);
    expect(existsSync("/tmp/escaped") || existsSync(join(bench.folder, "escaped"))).toBe(false);
  });

  it("is ended when its time is over", async () => {
    const began = performance.now();
    const ran = await bench.run(`sleep ${long} & setsid sleep ${long} & echo up; sleep ${long}`, {
      timeoutSeconds: 0.5,
    });
    expect(ran.outcome).toEqual({ exitCode: 137, timedOut: true });
    expect(ran.stdout).toEqual(["up"]);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(processes(long)).toEqual([]);
    expect(ran.layer.index.entries).toEqual([]);
  });
});

/** Starts a script, waits for its first line, and cancels. @returns ms from the cancel to the end. */
async function cancelled(script: string, afterMs: number): Promise<number> {
  const abort = new AbortController();
  const reason = new Error("enough");
  let at = 0;
  const started = (): void => {
    setTimeout(() => {
      at = performance.now();
      abort.abort(reason);
    }, afterMs);
  };
  const task = { signal: abort.signal, onLine: started, command: ["/bin/bash", "-c", script] };
  await expect(bench.run("", task)).rejects.toBe(reason);
  return performance.now() - at;
}

describe("cancelling", () => {
  it("ends a command that sleeps for ever, also one that ignores signals", async () => {
    const ms = await cancelled(
      `trap '' TERM INT HUP; setsid sleep ${long} & echo up; while :; do sleep ${long}; done`,
      50,
    );
    expect(processes(long)).toEqual([]);
    expect(ms).toBeLessThan(2000);
  });

  it("ends a fork bomb, which the host survives", async () => {
    const ms = await cancelled("echo up; bomb() { bomb | bomb & }; bomb; sleep 1000", 1500);
    expect(ms).toBeLessThan(2000);
    await sleep(100);
    expect(processes("bomb")).toEqual([]);
  });

  it("before it began starts nothing", async () => {
    const signal = AbortSignal.abort(new Error("before"));
    await expect(bench.run("true", { signal })).rejects.toThrow("before");
  });
});
