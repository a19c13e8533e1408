import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compressTo } from "../../../src/core/outputs/compress/compressTo.ts";
import { tar } from "../../../src/core/outputs/tar.ts";
import {
  type Add,
  type Bench,
  failureOf,
  makeOutput,
  openBench,
  owned,
  sha256Of,
  signal,
} from "./outputBench.ts";

const run = promisify(execFile);
let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

async function fill(add: Add): Promise<void> {
  const entry = { type: "file", path: "etc/motd", mode: 0o640, ...owned, uid: 5, gid: 70_000 } as const;
  await add(entry, { bytes: Buffer.alloc(2_000_000, "hello ") });
  await add({ type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owned });
}

describe("a tar", () => {
  it.each([
    ["none", "boots.tar"],
    ["gzip", "boots.tar.gz"],
    ["xz", "boots.tar.xz"],
    ["zstd", "boots.tar.zst"],
  ])("is read by another program and has the same bytes each time (%s)", async (compress, name) => {
    const context = bench.context(await bench.tree(fill), { name: "tar" });
    const first = await makeOutput(tar, { compress }, { ...context, host: { ...context.host, jobs: 1 } });
    const second = await makeOutput(tar, { compress }, { ...context, host: { ...context.host, jobs: 3 } });
    expect(first.image.fileName).toBe(name);
    expect(await sha256Of(second.image.path)).toBe(await sha256Of(first.image.path));
    const { stdout } = await run("bsdtar", ["-tvnf", first.image.path], {
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    });
    expect(stdout).toMatch(/^-rw-r----- .* 5 +70000 +2000000 .* etc\/motd$/m);
    expect(stdout).toMatch(/^crw------- .* 5,1 .* dev\/console$/m);
  });

  it("refuses a level that the method does not have", async () => {
    const context = bench.context(await bench.tree(fill));
    const failure = await failureOf(makeOutput(tar, { compress: "gzip", level: 12 }, context));
    expect(failure.code).toBe("bad-level");
    expect(failure.range?.file).toBe("level");
    expect((await failureOf(makeOutput(tar, { level: 1 }, context))).code).toBe("bad-level");
  });
});

describe("compressing", () => {
  it.each(["gzip", "xz", "zstd"] as const)("fails with what its source failed with (%s)", async method => {
    const { host, scratch } = bench.context(await bench.tree());
    const broken = (async function* () {
      yield Buffer.alloc(100_000);
      throw new Error("the source broke");
    })();
    const path = `${await scratch()}/out`;
    await expect(compressTo(host, { method, level: 3 }, broken, path, { signal })).rejects.toThrow(
      "the source broke",
    );
  });

  it.each(["gzip", "xz", "zstd", "none"] as const)(
    "stops at once when aborted, with nothing left running (%s)",
    async method => {
      const { host, scratch } = bench.context(await bench.tree());
      const abort = new AbortController();
      let closed = false;
      const endless = (async function* () {
        try {
          for (;;) {
            yield Buffer.alloc(65_536);
            await new Promise(resolve => setTimeout(resolve, 5));
          }
        } finally {
          closed = true;
        }
      })();
      setTimeout(() => abort.abort(), 100);
      const path = `${await scratch()}/out`;
      const compression = method === "none" ? { method } : { method, level: 3 };
      await expect(compressTo(host, compression, endless, path, { signal: abort.signal })).rejects.toThrow(
        /abort/i,
      );
      await expect.poll(() => closed).toBe(true);
      await expect.poll(() => processesNaming(path)).toEqual([]);
    },
  );
});

/** Processes that have a file open under that path. */
async function processesNaming(path: string): Promise<string[]> {
  const { readlink } = await import("node:fs/promises");
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter(
    name => /^\d+$/.test(name) && name !== String(process.pid),
  )) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      if ((await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")) === path) found.push(pid);
    }
  }
  return found;
}
