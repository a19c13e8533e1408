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
});
