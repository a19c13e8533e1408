import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInside } from "../../../src/core/sandbox/namespaces/inside.ts";
import { prepareScript } from "../../../src/core/sandbox/namespaces/scripts.ts";
import { step } from "../../../src/core/sandbox/namespaces/step.ts";
import { openUserNamespace } from "../../../src/core/sandbox/namespaces/userNamespace.ts";
import { giveToInside } from "../../../src/core/sandbox/namespaces/workFolder.ts";
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

  it("is started where /proc shows the processes of the sandbox, not those of the host", async () => {
    const folder = await mkdtemp(join(bench.folder, "proc-"));
    for (const name of ["tree", "notes"]) await mkdir(join(folder, name));
    await giveToInside([folder, join(folder, "tree"), join(folder, "notes")]);
    const space = await openUserNamespace(bench.host, folder);
    try {
      const places = [`${space.folder}/tree`, `${space.folder}/notes`];
      const nothing = { stdin: Readable.from([Buffer.alloc(10_240)]) };
      await step(bench.host, space, "No tree", ["sh", "-c", prepareScript, "prepare", ...places], nothing);
      const ask = ["sh", "-c", 'read -r number rest < /proc/self/stat; [ "$number" = "$$" ]'];
      expect((await runInside(bench.host, space, ask, {})).exitCode).toBe(0);
    } finally {
      await space.end();
    }
  });

  it("is the first to go when memory runs out", async () => {
    const { stdout } = await bench.run("cat /proc/self/oom_score_adj");
    expect(stdout).toEqual(["1000"]);
  });
});
