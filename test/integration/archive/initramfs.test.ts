import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newc } from "../../unit/archive/cpioBytes.ts";
import { type Bench, openBench } from "../../unit/archive/runArchive.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const noise = randomBytes(700_000).toString("hex");
const end = newc("TRAILER!!!");
const member = (name: string, body = name): Buffer => Buffer.concat([newc(name, { body }), end]);

function packed(tool: string, bytes: Buffer, ...args: string[]): Buffer {
  return execFileSync(tool, ["-c", ...args], { input: bytes, maxBuffer: 1e8 });
}

async function names(...parts: Buffer[]): Promise<string[]> {
  const { layer, content } = await bench.run(await bench.put("initrd.img", Buffer.concat(parts)));
  for (const { path } of layer.index.entries) {
    expect(content(path).toString()).toBe(path.startsWith("noise") ? noise : path);
  }
  return layer.index.entries.map(entry => entry.path);
}

describe("an initramfs of several parts", () => {
  it("is read as the kernel reads it: microcode, then parts that are compressed in different ways", async () => {
    const parts = [
      member("kernel/x86/microcode/AuthenticAMD.bin"),
      Buffer.alloc(512),
      packed("gzip", member("noise-gzip", noise)),
      Buffer.alloc(3),
      packed("zstd", member("noise-zstd", noise), "-q", "-19", "--check"),
      packed("zstd", member("zstd-2"), "-q", "--no-check"),
      Buffer.alloc(1020),
      packed("xz", member("noise-xz", noise), "--check=crc32", "-T2", "--block-size=200000"),
      packed("xz", member("xz-2"), "--check=sha256", "--x86", "--lzma2=dict=1MiB"),
      Buffer.alloc(8),
      packed("xz", member("xz-3"), "--check=none"),
      Buffer.alloc(4),
      member("plain"),
      packed("gzip", member("gzip-2"), "-n"),
      packed("gzip", member("gzip-3"), "-n"),
    ];
    expect(await names(...parts)).toEqual([
      ...["gzip-2", "gzip-3", "kernel/x86/microcode/AuthenticAMD.bin"],
      ...["noise-gzip", "noise-xz", "noise-zstd", "plain", "xz-2", "xz-3", "zstd-2"],
    ]);
  });

  it("may end in any compression", async () => {
    for (const tool of ["bzip2", "lzma"]) {
      expect(await names(member("first"), Buffer.alloc(4), packed(tool, member("last")))).toEqual([
        "first",
        "last",
      ]);
    }
  });

  it.each([
    ["gzip", []],
    ["xz", []],
    ["zstd", ["-q"]],
  ] as const)("is refused when a part is damaged or something else follows (%s)", async (tool, args) => {
    const whole = packed(tool, member("noise", noise), ...args);
    const altered = Buffer.from(whole);
    altered.fill(0x55, whole.length - 5);
    const file = (...parts: Buffer[]) => bench.put("bad.img", Buffer.concat(parts));
    await expect(bench.run(await file(altered, member("a")))).rejects.toMatchObject({
      code: expect.stringMatching(/^archive-(damaged|unknown)$/),
    });
    await expect(bench.run(await file(whole, Buffer.from("rubbish")))).rejects.toMatchObject({
      code: "archive-unknown",
    });
    await expect(bench.run(await file(whole.subarray(0, -40)))).rejects.toMatchObject({
      code: "archive-damaged",
    });
  });
});
