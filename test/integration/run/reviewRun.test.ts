import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRunBench, type RunBench } from "./runBench.ts";

let bench: RunBench;
beforeAll(async () => {
  bench = await openRunBench(["dash", "coreutils", "libc-bin"]);
});
afterAll(() => bench.close());

describe("run", () => {
  it("shows what a script of one line without an end says, and nothing of the line", async () => {
    const built = await bench.build("- run: echo warned >&2; echo done > /done");
    expect(built.log).toEqual(["warned"]);
    const failure = await bench.failure("- run: cat /nothing");
    expect(failure.code).toBe("run-failed");
    expect(failure.message.split("\n").slice(1)).toEqual(["cat: /nothing: No such file or directory"]);
  });

  it("says of lines that end as on Windows that they do", async () => {
    const failure = await bench.failure('- run: "echo a\\r\\nfalse\\r\\n"');
    expect(failure.advice).toContain("CR LF");
  });

  it("shortens lines without end in the message, not in the log", async () => {
    const failure = await bench.failure(`- run: |
    head -c 100000 /dev/zero | tr '\\0' x
    false`);
    expect(failure.message.length).toBeLessThan(2000);
  });

  it("names a mount and a folder to start in that do not exist, where they are written", async () => {
    const mount = await bench.failure("- run: { script: echo, mounts: [{ from: nothing, to: /mnt }] }");
    expect(mount).toMatchObject({
      code: "input-missing",
      message: "nothing does not exist.",
      range: { start: { line: 4, column: 43 } },
    });
    const cwd = await bench.failure("- run: { script: echo, cwd: /usr/shaer }");
    expect(cwd).toMatchObject({
      code: "run-cwd-missing",
      message: "There is no folder /usr/shaer that the script could start in.",
      advice: expect.stringContaining("Did you mean /usr/share?"),
      range: { start: { line: 4, column: 31 } },
    });
  });

  it("starts in folders of mounts and of the sandbox itself", async () => {
    const mounts = "mounts: [{ from: ., to: /opt/in }]";
    for (const cwd of ["/opt/in", "/tmp", "/dev/shm", "/usr/share", "/run/lock"]) {
      const built = await bench.build(`- run: { script: pwd, cwd: ${cwd}, ${mounts} }`);
      expect(built.log).toEqual([cwd]);
    }
  });

  it("says of a script that was killed what may have done so", async () => {
    const failure = await bench.failure("- run: kill -9 $$");
    expect(failure).toMatchObject({ code: "run-failed", advice: expect.stringContaining("journalctl -k") });
  });
});
