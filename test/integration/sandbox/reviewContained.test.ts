import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSandboxBench, type SandboxBench } from "./sandboxBench.ts";

let bench: SandboxBench;
beforeAll(async () => {
  bench = await openSandboxBench(["libc-bin", "dash", "coreutils", "perl-base"]);
});
afterAll(() => bench.close());

describe("a command in the sandbox", () => {
  it("does not find the builder's variables at process 1", async () => {
    const { stdout } = await bench.run("tr '\\0' '\\n' < /proc/1/environ");
    expect(stdout.filter(line => /^(HOME|PATH|TMPDIR|USER|LOGNAME|.*_proxy)=/i.test(line))).toEqual([]);
  });

  it("reaches no socket of a machine that the host runs in, and makes no rings that could", async () => {
    const isX64 = process.arch === "x64";
    // socket(AF_VSOCK), io_uring_setup, socket(AF_UNIX)
    const ask = `
      syscall(${isX64 ? 41 : 198}, 40, 1, 0); print int($!), "\\n"; $! = 0;
      my $room = "\\0" x 200; syscall(425, 1, $room); print int($!), "\\n"; $! = 0;
      print syscall(${isX64 ? 41 : 198}, 1, 1, 0) >= 0 ? "unix" : int($!), "\\n";`;
    const ran = await bench.run("", { command: ["/usr/bin/perl", "-e", ask] });
    expect(ran.stdout).toEqual(["1", "1", "unix"]);
  });

  it("starts whatever its process number means on the host", async () => {
    // Each folder on the way takes a few processes; on most hosts several numbers up there are nobody's.
    const to = `/${Array.from({ length: 60 }, () => "a").join("/")}`;
    const { outcome } = await bench.run("exit 0", {
      mounts: [{ from: "/usr/bin/env", to }],
      timeoutSeconds: 60,
    });
    expect(outcome).toEqual({ exitCode: 0, timedOut: false });
  });

  it("is the first to go when memory runs out", async () => {
    const { stdout } = await bench.run("cat /proc/self/oom_score_adj");
    expect(stdout).toEqual(["1000"]);
  });
});
