import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "../../unit/archive/runArchive.ts";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
  const big = block({ name: "big", body: randomBytes(8_000_000) });
  await bench.put("refused.tar", tarOf(block({ name: "../out" }), big));
  await bench.put("fine.tar", tarOf(block({ name: "first" }), big));
  for (const name of ["refused.tar", "fine.tar"]) {
    const path = join(bench.folder, name);
    execFileSync("xz", ["-0", "-k", path]);
    execFileSync("zstd", ["-q", "-1", path]);
    execFileSync("gzip", ["-1", "-k", path]);
    execFileSync("bzip2", ["-1", "-k", path]);
    await rm(path);
  }
});
afterAll(() => bench.close());

function children(): string[] {
  const list = execFileSync("ps", ["--ppid", String(process.pid), "-o", "comm="], { encoding: "utf8" });
  return list.split("\n").filter(name => /xz|zst|gzip|bsdcat|setpriv/.test(name));
}

describe.each(["xz", "zst", "gz", "bz2"])("an archive under %s that is not read to its end", suffix => {
  it("leaves no process and no file when an entry is refused", async () => {
    await expect(bench.run(`refused.tar.${suffix}`)).rejects.toMatchObject({ code: "archive-refused" });
    expect(children()).toEqual([]);
    expect(await readdir(join(bench.folder, "layers"))).toEqual([]);
  });

  it("leaves no process and no file when the build is stopped", async () => {
    const controller = new AbortController();
    const stop = () => controller.abort(new Error("enough"));
    await expect(bench.run(`fine.tar.${suffix}`, controller.signal, stop)).rejects.toThrow("enough");
    expect(children()).toEqual([]);
    expect(await readdir(join(bench.folder, "layers"))).toEqual([]);
  });
});

describe("an archive of 100,000 entries", () => {
  it("is unpacked within 10 s, every entry there", async () => {
    const parts: Buffer[] = [];
    for (let i = 0; i < 100_000; i++) {
      const name = `usr/share/d${i % 300}/file-${i}`;
      parts.push(
        i % 10 === 9 ? block({ name, flag: "2", link: "../x" }) : block({ name, body: `${i}`, mode: 0o600 }),
      );
    }
    await bench.put("many.tar", tarOf(...parts));
    const start = performance.now();
    const { layer, content } = await bench.run("many.tar");
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(layer.index.entries).toHaveLength(100_000);
    expect(content("usr/share/d200/file-99800").toString()).toBe("99800");
  });
});
