import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { squashfs } from "../../../src/core/outputs/squashfs.ts";
import { sameAsOther } from "./asOther.ts";
import { type Bench, failureOf, makeOutput, openBench, owned, sha256Of } from "./outputBench.ts";
import { accessList, everything, file } from "./readOnlyTree.ts";

const run = promisify(execFile);
let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

/** As a tar again, by the other set of squashfs tools; listed with attributes. */
async function listed(image: string): Promise<string> {
  const path = join(bench.folder, "back.tar");
  await run("sh", ["-c", 'sqfs2tar "$0" > "$1"', image, path]);
  const { stdout } = await run(
    "tar",
    ["-tvvf", path, "--numeric-owner", "--xattrs", "--xattrs-include=*", "--utc"],
    {
      maxBuffer: 2 ** 26,
      env: { ...process.env, TZ: "UTC" },
    },
  );
  return stdout;
}

describe("a squashfs", () => {
  it.each([
    [{}, "zstd"],
    [{ compress: "xz", blockSize: "1M" }, "xz"],
    [{ compress: "gzip", level: 3 }, "gzip"],
    [{ compress: "lz4" }, "lz4"],
  ])("keeps owners, modes, devices, links and times (%j)", async (given, method) => {
    const context = bench.context(await bench.tree(everything));
    const { image } = await makeOutput(squashfs, given, context);
    expect(image.fileName).toBe("boots-out.squashfs");
    const text = await listed(image.path);
    expect(text).toMatch(/^-rwsr-xr-x +70000\/2000000000 +5 2023-11-14 22:13 bin\/other$/m);
    expect(text).toMatch(/^h.* bin\/tool link to bin\/other$/m);
    expect(text).toMatch(/^crw-------. +0\/0 +5,1 /m);
    expect(text).toMatch(/^brw-rw----. +0\/6 +259,70000 /m);
    expect(text).toMatch(/^prw--w--w-. +9\/0 .* run\/pipe$/m);
    expect(text).toMatch(/^drwxrwxrwt. +0\/0 .* tmp\/$/m);
    const tar = await readFile(join(bench.folder, "back.tar"), "latin1");
    expect(tar).toContain("SCHILY.xattr.security.capability=\x01\0\0\x02");
    expect(tar).toContain("SCHILY.xattr.user.note=hi\n");
    expect(tar).toContain("SCHILY.xattr.trusted.x=y\n");
    const { stdout } = await run("unsquashfs", ["-s", image.path]);
    expect(stdout).toContain(`Compression ${method}`);
    const { stdout: bytes } = await run("unsquashfs", ["-cat", image.path, "var/sparse"], {
      encoding: "buffer",
      maxBuffer: 2 ** 26,
    });
    expect(bytes.length).toBe(5_000_000);
    expect(bytes.subarray(200_511, 201_213)).toEqual(
      Buffer.concat([Buffer.alloc(1), Buffer.alloc(700, 200_512 % 251), Buffer.alloc(1)]),
    );
  });

  it("has a root of its own making, with no time of day", async () => {
    const { image } = await makeOutput(squashfs, {}, bench.context(await bench.tree(everything)));
    const { stdout } = await run("unsquashfs", ["-lln", image.path], { env: { ...process.env, TZ: "UTC" } });
    expect(stdout).toMatch(/^drwxr-xr-x 0\/0 +\d+ 1970-01-01 00:00 squashfs-root$/m);
  });

  it("says what it cannot hold", async () => {
    const tree = await bench.tree(async add => {
      await add({ type: "directory", path: "etc", mode: 0o755, ...owned });
      await add({ ...file("etc/shared"), xattrs: { "system.posix_acl_access": accessList } });
      await add({ ...file("etc/past"), mtime: -5 });
    });
    const context = bench.context(tree);
    await makeOutput(squashfs, {}, context);
    expect(context.warnings).toEqual([
      expect.stringContaining("has no program to start"),
      "A squashfs holds no access control lists; left out: /etc/shared.",
      "A squashfs holds no times before 1970 or after 2106; changed: /etc/past.",
    ]);
  });

  it("has the same bytes with one core and several, at any time", async () => {
    const context = bench.context(await bench.tree(everything));
    const one = await makeOutput(squashfs, {}, { ...context, host: { ...context.host, jobs: 1 } });
    await new Promise(resolve => setTimeout(resolve, 1100));
    const more = await makeOutput(squashfs, {}, { ...context, host: { ...context.host, jobs: 3 } });
    expect(await sha256Of(more.image.path)).toBe(await sha256Of(one.image.path));
  });

  it("has the same bytes from another folder and as another user", async () => {
    const { mine, theirs } = await sameAsOther("squashfs");
    expect(mine).toMatch(/^[0-9a-f]{64}$/m);
    expect(theirs).toBe(mine);
  });

  it("refuses a level that the method does not have", async () => {
    const context = bench.context(await bench.tree(everything));
    for (const given of [
      { compress: "gzip", level: 12 },
      { compress: "xz", level: 10 },
      { compress: "lz4", level: 1 },
    ]) {
      const failure = await failureOf(makeOutput(squashfs, given, context));
      expect(failure.code).toBe("bad-level");
      expect(failure.range?.file).toBe("level");
    }
  });

  it("is refused when the kernel's configuration lacks what would read it", async () => {
    const tree = await bench.tree(async add => {
      await add(file("boot/vmlinuz-6.1"));
      await add(file("boot/config-6.1"), {
        bytes: Buffer.from("CONFIG_SQUASHFS=y\n# CONFIG_SQUASHFS_ZSTD is not set\n"),
      });
    });
    const failure = await failureOf(makeOutput(squashfs, {}, bench.context(tree)));
    expect(failure.code).toBe("kernel-driver-missing");
    expect(failure.message).toContain("CONFIG_SQUASHFS_ZSTD");
    expect(failure.range?.file).toBe("compress");
  });

  it("is refused for more owners than it can hold", async () => {
    const tree = await bench.tree(async add => {
      for (let uid = 1; uid <= 65_535; uid++) await add({ ...file(`srv/${uid}`), uid });
    });
    const failure = await failureOf(makeOutput(squashfs, {}, bench.context(tree)));
    expect(failure.code).toBe("squashfs-owners");
    expect(failure.range).toBeDefined();
  });

  it("ends at once when it is aborted", async () => {
    const abort = new AbortController();
    const made = makeOutput(
      squashfs,
      {},
      bench.context(await bench.tree(everything), { signal: abort.signal }),
    );
    setTimeout(() => abort.abort(), 30);
    await expect(made).rejects.toThrow(/abort/i);
  });

  it("can be empty", async () => {
    const { image } = await makeOutput(squashfs, {}, bench.context(await bench.tree()));
    expect(await sha256Of(image.path)).toMatch(/^[0-9a-f]{64}$/);
  });
});
